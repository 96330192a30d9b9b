internal import ReviewEvents
internal import ServiceRuntime

/// A payload as an operator sees it.
///
/// Names stand only in `unit/…` and `person/…` facts (contract 6): of those only members that are
/// known to hold none are shown, so that a member of a later version is hidden until somebody has
/// looked at it. Of all other facts only what looks like a number, a code or an identifier is shown,
/// because free text may name anybody.
enum ShownPayload: Encodable, Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([ShownPayload])
  case members([String: ShownPayload])
  /// Bytes that are no JSON.
  case unreadable(Int)

  /// Stands for what is hidden.
  static let hidden = "•••"
  /// The longest text that can be a code or an identifier.
  static let codeMax = 200

  /// The members of facts about units and persons that never hold a name.
  static let openMembers: Set<String> = [
    "channel", "level", "managingLevel", "managingUnitID", "memberOfID", "parentID", "peerGroup",
    "personID", "reviewed", "role", "unitID",
  ]

  /// What of `event` can be shown.
  init(_ event: EventEnvelope, reveals: Bool) {
    guard let tree = try? JSONText.decode(Tree.self, from: event.payload) else {
      self = .unreadable(event.payload.count)
      return
    }
    let isAboutNames = event.stream.kind == .unit || event.stream.kind == .person
    self =
      reveals
      ? tree.shown : isAboutNames ? tree.shown.hidingNames : tree.shown.hidingFreeText
  }

  /// As one line.
  var line: String {
    switch self {
    case .unreadable(let bytes): "(\(bytes) bytes that are no JSON)"
    default: String(decoding: JSONText.encode(self), as: UTF8.self)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let items): try container.encode(items)
    case .members(let members): try container.encode(members)
    case .unreadable: try container.encode(line)
    }
  }

  // MARK: Hiding

  private var hidingNames: ShownPayload {
    guard case .members(let members) = self else { return .text(Self.hidden) }
    return .members(
      members.reduce(into: [:]) { shown, member in
        shown[member.key] =
          Self.openMembers.contains(member.key) ? member.value.hidingFreeText : .text(Self.hidden)
      })
  }

  private var hidingFreeText: ShownPayload {
    switch self {
    case .text(let text): Self.isCode(text) ? self : .text(Self.hidden)
    case .list(let items): .list(items.map(\.hidingFreeText))
    case .members(let members):
      .members(
        members.reduce(into: [:]) { shown, member in
          // A name may be a key as well.
          shown[Self.isCode(member.key) ? member.key : Self.hidden] = member.value.hidingFreeText
        })
    case .null, .boolean, .integer, .number, .unreadable: self
    }
  }

  /// Letters, digits and the punctuation of identifiers, moments and document numbers, not a word
  /// that somebody wrote: no blank, no accent, no address.
  private static func isCode(_ text: String) -> Bool {
    text.utf8.count <= codeMax
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || "-_.:/+".utf8.contains(byte)
      }
  }

  // MARK: Reading

  /// Only for reading: what is read has to be hidden before it can be written.
  private struct Tree: Decodable {
    let shown: ShownPayload

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        shown = .null
      } else if let value = try? container.decode(Bool.self) {
        shown = .boolean(value)
      } else if let value = try? container.decode(Int64.self) {
        shown = .integer(value)
      } else if let value = try? container.decode(Double.self) {
        shown = .number(value)
      } else if let value = try? container.decode(String.self) {
        shown = .text(value)
      } else if let items = try? container.decode([Tree].self) {
        shown = .list(items.map(\.shown))
      } else {
        shown = .members(try container.decode([String: Tree].self).mapValues(\.shown))
      }
    }
  }
}
