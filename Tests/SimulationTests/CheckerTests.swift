import EventStream
import ReviewEvents
import TestSupport
import Testing

/// Each rule is shown the smallest history that breaks it, and one that does not.
@Suite struct `The rules of the checker` {
  private static let report = Desk.reports[0]

  /// Three facts of one report, the second an acceptance, carried as they should be.
  private func faultless() -> History {
    var history = History(seed: 7)
    let drafted = ReportDrafted(reportID: Samples.id("a"), contentHash: "x")
    let accepted = ReportAccepted(
      reportID: Samples.id("a"), cycleID: Samples.id("2021"),
      subjectID: .person(Samples.id("P1")), version: 1)
    let facts = [
      Samples.envelope(drafted, in: Self.report, at: 1),
      Samples.envelope(accepted, in: Self.report, at: 2),
      Samples.envelope(drafted, in: Self.report, at: 3),
    ]
    history.acknowledged = facts.map(\.id)
    history.logged = Set(facts.map(\.id))
    history.published = history.logged
    history.facts = [Self.report: facts]
    history.applied = [Self.report: [1, 2, 3]]
    history.sheets = [Self.report: fold(Sheet(), facts) { $0.take($1) }]
    history.reactions = [Self.report: [facts[1].id]]
    history.relays = [
      .took(.intake, tenure: 1), .worked(.intake, tenure: 1), .took(.case, tenure: 2),
      .lost(.intake), .took(.intake, tenure: 3), .worked(.intake, tenure: 3),
      .gaveUp(.intake, tenure: 1), .worked(.intake, tenure: 3), .gaveUp(.intake, tenure: 3),
    ]
    return history
  }

  private func broken(_ change: (inout History) -> Void) -> Set<Rule> {
    var history = faultless()
    change(&history)
    return Set(Checker.check(history).map(\.rule))
  }

  @Test func `a faultless history breaks none`() {
    #expect(broken { _ in }.isEmpty)
  }

  @Test func `an acknowledged fact that is in no log is a lost write`() {
    #expect(broken { $0.acknowledged.append("report/a@4") } == [.noLostWrite])
  }

  @Test func `a fact that was never published is a lost write`() {
    #expect(broken { $0.published.remove("report/a@3") } == [.noLostWrite])
  }

  @Test func `a fact that nobody answered is a lost write`() {
    #expect(broken { $0.applied[Self.report] = [1, 2] } == [.noLostWrite])
  }

  @Test func `a fact that was answered twice is a duplicate effect`() {
    #expect(broken { $0.applied[Self.report] = [1, 2, 2, 3] } == [.noDuplicateEffect])
  }

  @Test func `a fact that led to two facts is a duplicate effect`() {
    let rules = broken { $0.reactions[Self.report] = ["report/a@2", "report/a@2"] }
    #expect(rules == [.noDuplicateEffect, .readModelIsFold])
  }

  @Test func `a fact that was answered after a later one is an inversion`() {
    #expect(broken { $0.applied[Self.report] = [1, 3, 2] } == [.noInversion])
  }

  @Test func `a fact that is missing in front of another is an unrepaired gap`() {
    #expect(broken { $0.applied[Self.report] = [1, 3] } == [.noLostWrite, .noUnrepairedGap])
    #expect(broken { $0.openGaps = 1 } == [.noUnrepairedGap])
  }

  @Test func `a gap is allowed only where the broker lost something`() {
    #expect(broken { $0.gaps = ["report/a@2"] } == [.noGapWithoutLoss])
    #expect(
      broken {
        $0.gaps = ["report/a@2"]
        $0.hasLosses = true
      }.isEmpty)
  }

  @Test func `two relays at a time are one too many`() {
    #expect(
      broken { $0.relays = [.took(.intake, tenure: 1), .took(.intake, tenure: 2)] }
        == [.oneActiveRelay])
  }

  @Test func `a relay that goes on without its lock is one too many`() {
    #expect(
      broken { history in
        history.relays = [
          .took(.intake, tenure: 1), .lost(.intake), .worked(.intake, tenure: 1),
        ]
      } == [.oneActiveRelay])
  }

  @Test func `a read model that is not the fold of the log is wrong`() {
    #expect(broken { $0.sheets[Self.report]?.drafts += 1 } == [.readModelIsFold])
    #expect(broken { $0.reactions[Self.report] = [] } == [.readModelIsFold])
  }

  @Test func `rest means an empty outbox, nothing parked and no guard tripped`() {
    #expect(broken { $0.outbox = ["report/a@3"] } == [.outboxEmpty])
    #expect(broken { $0.parked = ["report/a@3"] } == [.restReached])
    #expect(broken { $0.stops = ["another cluster"] } == [.restReached])
    #expect(broken { $0.unrest = "a gap is open" } == [.restReached])
  }

  @Test func `a violation says its seed, its rule and how to see it again`() {
    var history = faultless()
    history.openGaps = 1
    #expect(
      Checker.check(history).map(\.description) == [
        "SEED 7 failed: no unrepaired gap: 1 gaps are open\n"
          + "  again: make simulate FIRST=7 SEEDS=1"
      ])
  }
}
