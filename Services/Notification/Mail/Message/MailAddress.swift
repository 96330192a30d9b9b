/// An e-mail address that is safe to put into an SMTP command and a header.
///
/// Only `dot-atom@domain` in ASCII is taken: no quoted local part, no address literal, no comment.
/// What remains cannot end a line, open a second command or need an extension of the server.
public struct MailAddress: Sendable, Hashable {
  /// The longest address of an SMTP path (RFC 5321, 4.5.3.1.3, without its brackets).
  public static let bytesMax = 254
  static let localPartBytesMax = 64

  /// The address as given, `local@domain`.
  public let text: String

  /// Checks an address; throws when it is too long or malformed.
  public init(_ text: String) throws(MailFormatError) {
    guard text.utf8.count <= Self.bytesMax else { throw .addressTooLong }
    let halves = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard halves.count == 2 else { throw .addressMalformed }
    guard halves[0].count <= Self.localPartBytesMax else { throw .addressTooLong }
    guard ASCII.isDotAtom(halves[0]), ASCII.isHostName(halves[1]) else { throw .addressMalformed }
    self.text = text
  }

  /// The part before the `@`.
  var localPart: Substring { text.prefix { $0 != "@" } }
}
