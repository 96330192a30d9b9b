import ReviewEvents

/// Whether answers fit the matters they are for.
enum AnswerCheck {
  /// Every matter of `required` has exactly one answer that says something, and nothing but
  /// `allowed` is answered.
  static func check(
    _ answers: [WrittenAnswer], required: Set<MatterReference>, allowed: Set<MatterReference>
  ) throws(ReportRejection) {
    var seen: Set<MatterReference> = []
    let repeated = answers.map(\.matter).filter { !seen.insert($0).inserted }
    guard repeated.isEmpty else { throw .repeatedAnswers(Set(repeated).sorted()) }
    let unknown = seen.subtracting(allowed)
    guard unknown.isEmpty else { throw .unknownMatters(unknown.sorted()) }
    let empty = answers.filter { isBlank($0.text) }.map(\.matter)
    guard empty.isEmpty else { throw .emptyAnswers(empty.sorted()) }
    let missing = required.subtracting(seen)
    guard missing.isEmpty else { throw .unansweredMatters(missing.sorted()) }
  }
}

/// Whether `text` says nothing.
func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
