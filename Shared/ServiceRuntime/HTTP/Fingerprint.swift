internal import Crypto

/// SHA-256 in lower-case hexadecimal.
public enum Fingerprint {
  /// Of the UTF-8 of `text`.
  public static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }

  /// Of the parts, one after the other.
  static func sha256(_ parts: [UInt8]...) -> String {
    var hash = SHA256()
    for part in parts { hash.update(data: part) }
    return hexadecimal(hash.finalize())
  }

  /// Two lower-case digits for each byte.
  public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * SHA256.byteCount)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
