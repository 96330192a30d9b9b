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
  func planned<Fact, Column>(
    _ plan: () throws(ImportRefusal<Column>) -> ImportPlan<Fact>
  ) throws(Problem) -> ImportPlan<Fact>
  where Column: RawRepresentable, Column.RawValue == String {
    let planned: ImportPlan<Fact>
    do throws(ImportRefusal<Column>) { planned = try plan() } catch {
      var found = errors
      for fault in error.faults where errors.isEmpty || fault.problem != .unknownUnit {
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
  /// How many streams one step appends to.
  static let streamsMax = 2_000

  /// Appends one fact for each registration and amendment and shows it.
  static func record<Fact: ReviewEvent>(
    _ plan: ImportPlan<Fact>, stream: (Fact) -> StreamID, sequence: (Fact) -> Int64,
    origin: EventOrigin, _ transaction: borrowing AnyTransaction,
    save: ([Registered<Fact>], borrowing AnyTransaction) throws -> Void
  ) throws {
    let facts = plan.registered + plan.amended
    for start in stride(from: 0, to: facts.count, by: streamsMax) {
      let batch = facts[start..<min(start + streamsMax, facts.count)]
      try transaction.append(
        batch.map {
          StreamAppend(stream: stream($0), expected: sequence($0), events: [$0], origin: origin)
        })
      try save(batch.map { Registered(fact: $0, sequence: sequence($0) + 1) }, transaction)
    }
  }
}
