/// A text that is not a day in ISO 8601.
public struct MalformedDate: Error, Sendable, Equatable {}

extension LocalDate {
  /// Reads ISO 8601: `2021-12-10`.
  /// - Throws: ``MalformedDate`` for anything else, and for a day that never was.
  public init(_ text: String) throws(MalformedDate) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
      let day = Self.number(bytes[8..<10]),
      let date = LocalDate(year: year, month: month, day: day)
    else { throw MalformedDate() }
    self = date
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}

extension LocalDate: Codable {
  /// Reads the day from a single string.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do { try self.init(text) } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a day"))
    }
  }

  /// Writes the day as a single string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
