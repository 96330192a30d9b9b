import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// What an import did, or would do.
struct ImportAnswer: Encodable, Sendable {
  var dryRun: Bool
  var registered: Int
  var amended: Int
  var unchanged: Int

  static let dryRun = Field.optional("dryRun", .boolean, "Chỉ kiểm tra, không ghi")
  static let shape = JSONShape.object([
    .required("dryRun", .boolean), .required("registered", .integer(0...Int64.max)),
    .required("amended", .integer(0...Int64.max)),
    .required("unchanged", .integer(0...Int64.max)),
  ])

  init<Fact>(_ plan: ImportPlan<Fact>, dryRun: Bool) {
    self.dryRun = dryRun
    registered = plan.registered.count
    amended = plan.amended.count
    unchanged = plan.unchangedCount
  }
}

extension CSVSheet {
  /// The plan, unless a line is faulty: then all faults of all lines at once.
  ///
  /// While lines are unreadable, references to them would look unknown: such faults are kept back
  /// until every line can be read, so that one bad line is one fault.
  /// - Parameter hidden: what an unreadable line can be the reason of.
  func planned<Fact, Column>(
    hidingWhileUnreadable hidden: ImportProblem = .unknownUnit,
    _ plan: () throws(ImportRefusal<Column>) -> ImportPlan<Fact>
  ) throws(Problem) -> ImportPlan<Fact>
  where Column: RawRepresentable, Column.RawValue == String {
    let planned: ImportPlan<Fact>
    do throws(ImportRefusal<Column>) { planned = try plan() } catch {
      var found = errors
      for fault in error.faults where errors.isEmpty || fault.problem != hidden {
        let (slug, reason) = fault.problem.fault
        found.add(
          line: fault.line, column: fault.column.rawValue, slug: slug.rawValue, reason: reason)
      }
      try found.throwIfAny()
      preconditionFailure("a refused import has a fault")
    }
    try errors.throwIfAny()
    return planned
  }
}

/// Records large imports in bounded steps of one transaction.
enum ImportBatches {
  /// Appends one fact for each registration and amendment, shows it, and hands open reports over
  /// where a manager changed.
  ///
  /// - Parameter amended: the subjects of which something was known before.
  static func record(
    _ facts: [OrganisationEvent], amended: Set<SubjectID>, _ request: CommandRequest,
    _ transaction: borrowing AnyTransaction
  ) throws {
    let step = OrganisationStreams.streamsMax
    for start in stride(from: 0, to: facts.count, by: step) {
      let batch = Array(facts[start..<min(start + step, facts.count)])
      let known = batch.map(\.subject).filter(amended.contains)
      let recorded = try OrganisationStreams.record(
        batch, on: try OrganisationStreams.load(known, transaction), origin: request.origin,
        transaction)
      _ = try OpenDutyReports.follow(
        known, in: recorded.history, on: request.today, origin: request.origin, transaction)
    }
  }

  /// What is recorded for a later day and could not stand after this import, if anything.
  static func contradiction(
    of facts: [OrganisationEvent], amended: Set<SubjectID>, _ request: CommandRequest,
    _ transaction: borrowing AnyTransaction
  ) throws -> (subject: SubjectID?, problem: ImportProblem)? {
    guard !facts.isEmpty, try UnitTable.changes(after: request.today, transaction) else {
      return nil
    }
    let persons = amended.compactMap { subject in
      if case .person(let id) = subject { id } else { nil }
    }
    let loaded = try OrganisationStreams.loadTree(persons: persons, transaction)
    do throws(OrganisationRejection) {
      try loaded.history.checkImport(of: facts, at: request.arrivedAt)
      return nil
    } catch {
      guard case .contradictsLaterChange(let subject, let day) = error else {
        return (nil, .contradictsLaterChange(on: request.today))
      }
      return (subject, .contradictsLaterChange(on: day))
    }
  }
}

extension CSVSheet {
  /// Refuses the table because of what is recorded for a later day.
  ///
  /// - Parameter line: the line of a subject; one that stands in none is told of in the first.
  func refuse<Column>(
    _ contradiction: (subject: SubjectID?, problem: ImportProblem)?, in column: Column,
    line: (SubjectID) -> Int?
  ) throws(Problem) where Column: RawRepresentable, Column.RawValue == String {
    guard let contradiction else { return }
    var found = errors
    let (slug, reason) = contradiction.problem.fault
    found.add(
      line: contradiction.subject.flatMap(line) ?? rows.first?.line ?? 1,
      column: column.rawValue, slug: slug.rawValue, reason: reason)
    try found.throwIfAny()
  }
}
