internal import Foundation

/// Text in the one form in which it is compared and kept (NFC).
public enum NormalisedText {
  /// `text` in NFC.
  public static func nfc(_ text: String) -> String {
    // Vietnamese as keyboards write it stands below U+0300 and in U+1E00–1EFF, all of it composed:
    // the slow way is for texts that hold anything else.
    isComposed(text) ? text : text.precomposedStringWithCanonicalMapping
  }

  private static func isComposed(_ text: String) -> Bool {
    var isAfterE1 = false
    for byte in text.utf8 {
      if isAfterE1 {
        // U+1E00–1EFF begins with E1 B8, E1 B9, E1 BA or E1 BB.
        guard (0xB8...0xBB).contains(byte) else { return false }
        isAfterE1 = false
      } else if byte == 0xE1 {
        isAfterE1 = true
      } else if byte > 0xCB {
        // U+0300 begins with CC.
        return false
      }
    }
    return true
  }
}
