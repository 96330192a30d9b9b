/// Lifts the payload of one event type by one version.
///
/// Allowed only when the old payload can supply every new value; otherwise the fact gets a new
/// type.
public struct Upcaster: Sendable {
  /// The type whose payloads it lifts.
  public let type: EventType
  /// The version it reads; it writes the next one.
  public let fromVersion: Int
  let lift: @Sendable ([UInt8]) throws -> [UInt8]

  /// An upcaster from `fromVersion` to the next.
  public init(
    _ type: EventType, from fromVersion: Int, lift: @escaping @Sendable ([UInt8]) throws -> [UInt8]
  ) {
    self.type = type
    self.fromVersion = fromVersion
    self.lift = lift
  }
}

/// All upcasters of a build, as chains without gaps.
public struct UpcasterChains: Sendable {
  private let steps: [EventType: [Int: Upcaster]]

  /// Orders the upcasters into chains.
  public init(_ upcasters: [Upcaster]) {
    var steps: [EventType: [Int: Upcaster]] = [:]
    for upcaster in upcasters {
      let previous = steps[upcaster.type, default: [:]].updateValue(
        upcaster, forKey: upcaster.fromVersion)
      precondition(previous == nil, "two upcasters from one version of \(upcaster.type)")
    }
    self.steps = steps
  }

  /// The versions of `type` from which `newest` cannot be reached.
  public func unreachable(_ type: EventType, newest: Int) -> [Int] {
    (1..<max(1, newest)).filter { steps[type]?[$0] == nil }
  }

  /// The payload of `envelope` in the shape of `version`.
  func lift(_ envelope: EventEnvelope, to version: Int) throws(UndecodableEvent) -> [UInt8] {
    var payload = envelope.payload
    for current in envelope.dataVersion..<max(envelope.dataVersion, version) {
      guard let step = steps[envelope.type]?[current] else {
        throw UndecodableEvent(eventID: envelope.id, problem: .malformedPayload)
      }
      do { payload = try step.lift(payload) } catch {
        throw UndecodableEvent(eventID: envelope.id, problem: .malformedPayload)
      }
    }
    return payload
  }
}
