/// The identity of a mail, the same in every attempt to deliver it.
///
/// A receiver that gets a mail twice recognises it by this.
public struct MessageID: Sendable, Hashable {
  /// The identity without its angle brackets, `left@right`.
  public let text: String

  /// Checks an identity; throws unless both halves are plain and the whole fits on a line.
  public init(_ text: String) throws(MailFormatError) {
    let halves = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard text.utf8.count <= Self.bytesMax, halves.count == 2, ASCII.isDotAtom(halves[0]),
      ASCII.isHostName(halves[1])
    else { throw .messageIDMalformed }
    self.text = text
  }

  static let bytesMax = 250
}
