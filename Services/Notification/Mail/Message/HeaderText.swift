private import Foundation

/// Text of one header: in NFC, on one line.
public struct HeaderText: Sendable, Hashable {
  /// A limit against a subject that swallows a whole document.
  public static let bytesMax = 32_768

  /// The text in NFC, before any encoding.
  public let text: String

  /// Brings the text into NFC; throws when it is too long or holds a control character, because a
  /// line break would begin a header, or a body, of the caller's choosing.
  public init(_ text: String) throws(MailFormatError) {
    guard text.utf8.count <= Self.bytesMax else { throw .headerTooLong }
    guard !text.utf8.contains(where: ASCII.isControl) else { throw .headerControlCharacter }
    self.text = text.precomposedStringWithCanonicalMapping
  }
}

/// A header beyond those that every mail has.
public struct MailHeader: Sendable, Hashable {
  /// Long enough for every registered header, and short enough to leave room on its first line.
  public static let nameBytesMax = 40

  let name: String
  let value: HeaderText

  /// Checks the name; throws when it is malformed, or reserved because the mail writes it itself.
  public init(name: String, value: HeaderText) throws(MailFormatError) {
    let bytes = name.utf8
    guard (1...Self.nameBytesMax).contains(bytes.count),
      bytes.allSatisfy({ ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") })
    else { throw .headerNameMalformed }
    let lowered = name.lowercased()
    guard !Self.reserved.contains(lowered), !lowered.hasPrefix("content-") else {
      throw .headerNameReserved
    }
    self.name = name
    self.value = value
  }

  /// Among them `List-Unsubscribe`: duties of a review cannot be opted out of.
  private static let reserved: Set<String> = [
    "from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version",
    "auto-submitted", "x-auto-response-suppress", "list-unsubscribe", "list-unsubscribe-post",
  ]
}
