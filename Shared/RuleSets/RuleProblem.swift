/// One thing that is wrong in a rule-set file.
public struct RuleProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file's name.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// What is wrong and where, in words.
  public let text: String

  /// `132-2018.yaml:12: quota.percent must lie in 0...100`.
  public var description: String { "\(file):\(line): \(text)" }
}
