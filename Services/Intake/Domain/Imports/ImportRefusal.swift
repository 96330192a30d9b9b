public import ReviewEvents

/// What is wrong with a file of rows: every fault, not only the first.
public struct ImportRefusal<Column: Sendable & Hashable>: Error, Sendable, Hashable {
  /// The faults in order of lines.
  public var faults: [ImportFault<Column>]

  /// Orders the faults by line.
  public init(_ faults: [ImportFault<Column>]) {
    self.faults = faults.sorted { $0.line < $1.line }
  }
}

/// One fault of one line.
public struct ImportFault<Column: Sendable & Hashable>: Sendable, Hashable {
  /// The line in the file, from 1.
  public var line: Int
  /// The column.
  public var column: Column
  /// What is wrong.
  public var problem: ImportProblem

  /// Puts the parts together.
  public init(line: Int, column: Column, problem: ImportProblem) {
    self.line = line
    self.column = column
    self.problem = problem
  }
}

/// What can be wrong with a value of an import.
public enum ImportProblem: Sendable, Hashable {
  /// The id stands in an earlier line as well.
  case repeated(firstLine: Int)
  /// No loaded rule set knows this level.
  case unknownLevel
  /// The level of a registered organisation never changes; what is restructured is new.
  case changedLevel
  /// There is no such organisation, neither in the file nor registered.
  case unknownUnit
  /// The organisation has ended or is not founded yet, or the member left or has not joined yet.
  case notThere
  /// Something that is recorded for this later day could not stand any more.
  case contradictsLaterChange(on: LocalDate)
  /// Going up from here never ends.
  case circular
  /// The managing unit does not stand above the organisation.
  case notAbove
  /// A reviewed organisation needs somebody who decides on it.
  case reviewedWithoutManagement
  /// No loaded rule set knows this sector.
  case unknownSector
  /// There is no such member.
  case unknownPerson
  /// The member has another post of this rank in an earlier line.
  case repeatedRank(firstLine: Int)
  /// The member has more posts by their ranks than there are lines: one was left out.
  case rankLeftOut
  /// The member has a post in this organisation in an earlier line.
  case repeatedPost(firstLine: Int)
  /// The posts of one member rest on one decision, and the member's first line names another one.
  case otherDecision(firstLine: Int)
  /// The legal basis says nothing.
  case blankLegalBasis
}
