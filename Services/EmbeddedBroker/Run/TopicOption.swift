import ArgumentParser

/// A topic and its partitions, written `name:partitions`.
struct TopicOption: ExpressibleByArgument {
  static let partitionsMax: Int32 = 1_000

  let name: String
  let partitions: Int32

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"),
      let partitions = Int32(argument[argument.index(after: colon)...]),
      (1...Self.partitionsMax).contains(partitions)
    else { return nil }
    let name = argument[..<colon]
    guard !name.isEmpty, name.utf8.count <= 249, name.utf8.allSatisfy(Self.isAllowed) else {
      return nil
    }
    self.name = String(name)
    self.partitions = partitions
  }

  /// Kafka's own rule for topic names.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
