/// Why a value may not stand in a mail.
///
/// No case carries the refused value: it may be a person's address.
public enum MailFormatError: Error, Equatable, Sendable {
  /// The address is longer than ``MailAddress/bytesMax``, or its local part than 64 bytes.
  case addressTooLong
  /// The address is not one plain `local@domain` of the characters every server takes.
  case addressMalformed
  /// A header value holds CR, LF, NUL or another control character.
  case headerControlCharacter
  /// A header value is longer than ``HeaderText/bytesMax``.
  case headerTooLong
  /// A header name is empty, too long, or holds characters that a name may not have.
  case headerNameMalformed
  /// The header is written by ``MailMessage`` itself and may not be given a second time.
  case headerNameReserved
  /// The Message-ID is not one plain `left@right`.
  case messageIDMalformed
}
