public import ReviewEvents

/// The answer to one suggested matter as it was written; only its fingerprint is published.
public struct WrittenAnswer: Sendable, Hashable {
  /// The matter.
  public var matter: MatterReference
  /// How the subject stands to it.
  public var kind: MatterAnswer.Kind
  /// The text.
  public var text: String
  /// SHA-256 of the text, in lower-case hexadecimal.
  public var textHash: String

  /// Puts the parts together.
  public init(matter: MatterReference, kind: MatterAnswer.Kind, text: String, textHash: String) {
    self.matter = matter
    self.kind = kind
    self.text = text
    self.textHash = textHash
  }

  /// The answer as it is published.
  public var outline: MatterAnswer {
    MatterAnswer(
      caseID: matter.caseID, matterID: matter.matterID, kind: kind, textHash: textHash)
  }
}
