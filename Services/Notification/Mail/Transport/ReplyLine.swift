/// The last line of a server's reply: the line whose code is not followed by a hyphen.
struct ReplyLine {
  static let textCharactersMax = 200

  let code: Int
  private let text: String

  /// Reads a line as it came; nil when it is not the last line of a reply.
  init?(_ line: some Collection<UInt8>) {
    // Only printable ASCII is kept: the text comes from outside and goes into logs and tables.
    let printable = String(decoding: line.filter(ASCII.isPrintable), as: UTF8.self)
    let digits = printable.prefix(3)
    let rest = printable.dropFirst(3)
    guard digits.count == 3, let code = Int(digits), (200...599).contains(code),
      rest.isEmpty || rest.first == " "
    else { return nil }
    self.code = code
    text = String(rest.drop { $0 == " " })
  }

  /// The reply as it may be kept; `recipient` is what must not appear in it.
  func note(hiding recipient: MailAddress) -> DeliveryNote {
    let words = text.split(separator: " ")
    let status = words.first.flatMap(Self.enhancedStatus)
    let rest = status == nil ? words[...] : words.dropFirst()
    let safe = rest.map { Self.hidingAddress(in: $0, recipient: recipient) }
    return DeliveryNote(
      code: code, enhancedStatus: status,
      text: String(safe.joined(separator: " ").prefix(Self.textCharactersMax)))
  }

  /// `class.subject.detail`, each a number of at most three digits.
  private static func enhancedStatus(_ word: Substring) -> String? {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    let isStatus =
      parts.count == 3
      && parts.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(\.isNumber) }
    return isStatus ? String(word) : nil
  }

  /// Servers repeat addresses whole, or only the part before the `@`; both name a person.
  private static func hidingAddress(in word: Substring, recipient: MailAddress) -> String {
    let lowered = word.lowercased()
    let name = recipient.localPart.lowercased()
    let namesPerson =
      lowered.contains("@")
      || (name.utf8.count >= 3 ? lowered.contains(name) : parts(of: lowered).contains(name))
    return namesPerson ? "<address>" : String(word)
  }

  private static func parts(of word: String) -> [String] {
    word.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
