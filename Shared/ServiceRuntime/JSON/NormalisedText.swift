internal import Foundation

/// Text in the one form in which it is compared and kept (NFC).
enum NormalisedText {
  /// `text` in NFC.
  static func nfc(_ text: String) -> String {
    // Vietnamese as keyboards write it stands below U+0300 and in U+1E00–1EFF, all of it composed:
    // the slow way is for texts that hold anything else.
    let isComposed = text.unicodeScalars.allSatisfy {
      $0.value < 0x300 || (0x1E00...0x1EFF).contains($0.value)
    }
    return isComposed ? text : text.precomposedStringWithCanonicalMapping
  }
}
