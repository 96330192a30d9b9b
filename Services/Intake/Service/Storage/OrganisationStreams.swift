import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// What the streams of organisations and members tell, as far as a decision needs it, and how far
/// each stream is.
struct LoadedOrganisation: Sendable {
  /// What they tell.
  var history = OrganisationHistory()
  /// The sequences of their newest facts; a stream without facts is missing.
  var sequences: [SubjectID: Int64] = [:]

  mutating func apply(_ facts: [EventEnvelope], of subject: SubjectID) throws {
    for fact in facts { history.apply(try RecordedEvent(fact)) }
    sequences[subject] = facts.last?.sequence
  }
}

/// The streams of organisations and members.
enum OrganisationStreams {
  /// How many streams one step reads or appends to.
  static let streamsMax = 2_000

  /// Loads these streams.
  static func load(
    _ subjects: [SubjectID], _ transaction: borrowing AnyTransaction
  ) throws -> LoadedOrganisation {
    var loaded = LoadedOrganisation()
    for step in steps(of: subjects) {
      let histories = try transaction.history(of: step.map(\.stream))
      for subject in step {
        if let facts = histories[subject.stream] { try loaded.apply(facts, of: subject) }
      }
    }
    return loaded
  }

  /// Loads every organisation, and of the members those named and those who ever had to do with
  /// one of `units`.
  static func loadTree(
    persons: [PersonID] = [], of units: [UnitID] = [], _ transaction: borrowing AnyTransaction
  ) throws -> LoadedOrganisation {
    let tree = try UnitTable.ids(transaction).map { SubjectID.unit($0) }
    let members = Set(persons).union(
      units.isEmpty ? [] : try PersonTable.ids(of: units, transaction))
    return try load(tree + members.sorted().map { .person($0) }, transaction)
  }

  /// Appends facts to their streams in bounded steps and shows what follows from them.
  ///
  /// - Parameter loaded: everything that was told of their streams before.
  /// - Returns: the same with the new facts.
  static func record(
    _ events: [OrganisationEvent], on loaded: LoadedOrganisation, origin: EventOrigin,
    _ transaction: borrowing AnyTransaction
  ) throws -> LoadedOrganisation {
    var next = loaded
    let bySubject = Dictionary(grouping: events, by: \.subject)
    for step in steps(of: bySubject.keys.sorted()) {
      try transaction.append(
        step.map { subject in
          StreamAppend(
            stream: subject.stream, expected: next.sequences[subject] ?? 0,
            events: bySubject[subject, default: []].map(\.fact), origin: origin)
        })
      for subject in step {
        let told = bySubject[subject, default: []]
        for event in told { next.history.apply(RecordedEvent(event, at: origin.time)) }
        next.sequences[subject, default: 0] += Int64(told.count)
      }
      try show(step, as: next, transaction)
    }
    return next
  }

  private static func show(
    _ subjects: [SubjectID], as loaded: LoadedOrganisation, _ transaction: borrowing AnyTransaction
  ) throws {
    var units: [LoadedUnit] = []
    var persons: [LoadedPerson] = []
    for subject in subjects {
      let sequence = loaded.sequences[subject] ?? 0
      switch subject {
      case .unit(let id):
        if let unit = LoadedUnit(id, in: loaded.history, sequence: sequence) { units.append(unit) }
      case .person(let id):
        if let person = LoadedPerson(id, in: loaded.history, sequence: sequence) {
          persons.append(person)
        }
      }
    }
    try UnitRows.write(units, transaction)
    try PersonRows.write(persons, transaction)
  }

  /// `subjects` in bounded steps.
  static func steps(of subjects: [SubjectID]) -> [[SubjectID]] {
    stride(from: 0, to: subjects.count, by: streamsMax).map { start in
      Array(subjects[start..<min(start + streamsMax, subjects.count)])
    }
  }
}
