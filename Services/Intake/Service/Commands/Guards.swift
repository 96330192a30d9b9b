import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// What several commands check before they decide.
enum Guards {
  /// Lets only an organisation of the highest level, which exists today, go on.
  ///
  /// - Parameter founding: whether anybody who acts for an organisation may go on while none is
  ///   registered, which is how the first import gets in.
  static func requireProvince(
    _ request: CommandRequest, rules: RuleBook, founding: Bool = false,
    _ transaction: borrowing AnyTransaction
  ) throws {
    try requireProvince(
      request.actor, on: request.today, rules: rules, founding: founding, transaction)
  }

  /// Lets only an organisation of the highest level, which exists on `today`, go on.
  static func requireProvince(
    _ actor: ActorContext, on today: LocalDate, rules: RuleBook, founding: Bool = false,
    _ transaction: borrowing AnyTransaction
  ) throws {
    guard case .unit(let unit) = actor.onBehalfOf else { throw CycleRejection.notTheProvince }
    if let known = try UnitTable.find(unit, on: today, transaction) {
      guard known.isThere, highestLevels(rules).contains(known.state.level) else {
        throw CycleRejection.notTheProvince
      }
      return
    }
    let rows = try transaction.rows("select exists (select from unit)", [])
    guard founding, try rows.first?.boolean(0) == false else {
      throw CycleRejection.notTheProvince
    }
  }

  /// The levels that stand above all others, each in one of the rule sets.
  static func highestLevels(_ rules: RuleBook) -> Set<LevelCode> {
    Set(rules.ids.compactMap { rules[$0]?.levels.first?.code })
  }

  /// Lets one import, launch or change of the organisation at a time look at the whole tree.
  static func holdTree(_ transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      "select pg_advisory_xact_lock(hashtextextended('intake organisation tree', 0))", [])
  }

  /// Lets a change go on only when the client saw the newest version (contract 15).
  ///
  /// A repeat that changes nothing is answered before it comes to this.
  static func requireVersion(_ ifMatch: Int64, _ sequence: Int64) throws(Problem) {
    guard ifMatch == sequence else { throw .versionStale() }
  }

  /// The rules a cycle or report rests on.
  static func rules(_ id: RuleSetID, in book: RuleBook) throws(Problem) -> RuleSet {
    guard let rules = book[id] else { throw Problem(.unknownRuleSet, field: "ruleSetId") }
    return rules
  }

  /// The rules of the sectors whose guidance differs from the cycle's.
  static func sectorRules(
    of plan: CycleOpened, in book: RuleBook
  ) throws(Problem) -> [ListCode: RuleSet] {
    var found: [ListCode: RuleSet] = [:]
    for named in plan.sectorRules ?? [] {
      found[named.sector] = try rules(named.ruleSetID, in: book)
    }
    return found
  }

  /// The form of a report.
  static func form(of duty: ReportRequested, in book: RuleBook) throws(Problem) -> Form {
    guard let form = try rules(duty.ruleSetID, in: book).form(duty.form) else {
      throw Problem(.subjectWithoutForm, field: "ruleSetId")
    }
    return form
  }
}

extension CommandRequest {
  /// The day in Việt Nam on which the request arrived.
  var today: LocalDate { LocalDate(arrivedAt) }
}

extension CalendarClock {
  /// The present day in Việt Nam.
  var today: LocalDate { LocalDate(now) }
}
