import CaseTrackingDomain
import ReviewEvents
import Testing

/// Every command at every stage: `+` something happens, `=` a repeat, otherwise the refusal.
private let table = """
  unseen
    +: propose
    unknown-case: approve issue acknowledge explain note conference conclude plan progress verify close carryOver withdraw
  proposed
    =: propose note
    +: approve withdraw
    case-not-approved: issue
    case-not-issued: acknowledge explain conference conclude
    case-not-concluded: plan progress verify close carryOver
  approved
    =: propose approve note
    +: issue withdraw
    case-not-issued: acknowledge explain conference conclude
    case-not-concluded: plan progress verify close carryOver
  issued
    =: propose issue
    case-already-issued: approve
    +: acknowledge explain note conference withdraw
    case-not-explained: conclude
    case-not-concluded: plan progress verify close carryOver
  acknowledged
    =: propose issue acknowledge
    case-already-issued: approve
    +: explain note conference withdraw
    case-not-explained: conclude
    case-not-concluded: plan progress verify close carryOver
  explained
    =: propose issue explain note
    case-already-issued: approve
    +: acknowledge conference withdraw
    conference-not-held: conclude
    case-not-concluded: plan progress verify close carryOver
  discussed
    =: propose issue conference
    case-already-issued: approve
    +: acknowledge explain note withdraw
    case-not-explained: conclude
    case-not-concluded: plan progress verify close carryOver
  ready
    =: propose issue acknowledge explain note conference
    case-already-issued: approve
    +: conclude withdraw
    case-not-concluded: plan progress verify close carryOver
  concluded
    =: propose issue acknowledge explain note conference conclude
    case-already-issued: approve
    +: plan carryOver
    matter-not-planned: progress verify
    remediation-open: close
    case-already-concluded: withdraw
  unfounded
    =: propose issue acknowledge explain note conference
    case-already-issued: approve
    case-already-concluded: conclude withdraw
    matters-not-covered: plan
    matter-not-planned: progress verify
    +: close
    nothing-open: carryOver
  planned
    =: propose issue acknowledge explain note conference conclude plan
    case-already-issued: approve
    +: progress verify carryOver
    remediation-open: close
    case-already-concluded: withdraw
  started
    =: propose issue acknowledge explain note conference conclude plan progress
    case-already-issued: approve
    +: verify carryOver
    remediation-open: close
    case-already-concluded: withdraw
  partly
    =: propose issue acknowledge explain note conference conclude
    case-already-issued: approve
    remediation-already-planned: plan
    +: progress verify carryOver
    remediation-open: close
    case-already-concluded: withdraw
  remedied
    =: propose issue acknowledge explain note conference conclude plan verify
    case-already-issued: approve
    matter-already-remedied: progress
    +: close
    nothing-open: carryOver
    case-already-concluded: withdraw
  carriedOver
    =: propose issue acknowledge explain note conference conclude plan carryOver
    case-already-issued: approve
    +: progress verify
    remediation-open: close
    case-already-concluded: withdraw
  closed
    =: propose note close
    case-closed: approve issue acknowledge explain conference conclude plan progress verify carryOver withdraw
  withdrawn
    =: propose note withdraw
    case-withdrawn: approve issue acknowledge explain conference conclude plan progress verify close carryOver
  """

private let commands: [(name: String, command: CaseCommand)] = [
  ("propose", Sample.propose), ("approve", .approve), ("issue", Sample.issue),
  ("acknowledge", .acknowledge), ("explain", Sample.explain),
  ("note", .noteExplanation(Sample.answers)), ("conference", Sample.holdConference),
  ("conclude", Sample.conclude), ("plan", Sample.plan), ("progress", Sample.progress),
  ("verify", Sample.verify), ("close", .close), ("carryOver", Sample.carryOver),
  ("withdraw", .withdraw),
]

/// What the table says of each stage and command.
private func expectedOutcomes() -> [String: [String: String]] {
  var outcomes: [String: [String: String]] = [:]
  var stage = ""
  for line in table.split(separator: "\n") {
    let parts = line.split(separator: ":")
    if parts.count == 1 {
      stage = line.split(separator: " ").joined()
    } else {
      let outcome = parts[0].split(separator: " ").joined()
      for name in parts[1].split(separator: " ") {
        outcomes[stage, default: [:]][String(name)] = outcome
      }
    }
  }
  return outcomes
}

@Suite struct `The life of a case` {
  @Test(arguments: Stage.allCases)
  func `every command does what the table says`(stage: Stage) throws {
    let expected = try #require(expectedOutcomes()[stage.rawValue])
    #expect(expected.count == commands.count)
    let suggested = try stage.reached()
    for (name, command) in commands {
      let outcome: String
      do { outcome = try suggested.decide(command).isEmpty ? "=" : "+" } catch {
        outcome = error.rawValue
      }
      #expect(outcome == expected[name], "\(name) when \(stage)")
    }
  }

  @Test(arguments: Stage.allCases)
  func `a stranger is refused before he learns anything`(stage: Stage) throws {
    let suggested = try stage.reached()
    guard stage != .unseen else { return }
    for (name, command) in commands where !["propose", "progress"].contains(name) {
      #expect(throws: CaseRejection.notAuthorised, "\(name) when \(stage)") {
        try suggested.decide(command, by: Sample.stranger, at: Sample.now)
      }
    }
  }

  @Test func `the state people see follows the furthest step`() throws {
    let states = try Stage.allCases.map { try $0.reached().state?.rawValue }
    #expect(
      states == [
        nil, "proposed", "approved", "issued", "acknowledged", "explained", "conference-held",
        "conference-held", "concluded", "concluded", "remediation-planned",
        "remediation-in-progress", "remediation-in-progress", "verified", "carried-over", "closed",
        "withdrawn",
      ])
  }

  @Test func `acknowledging and answering come in either order`() throws {
    var answeredFirst = try Stage.explained.reached()
    try answeredFirst.go(.acknowledge)
    var acknowledgedFirst = try Stage.acknowledged.reached()
    try acknowledgedFirst.go(Sample.explain)
    #expect(answeredFirst == acknowledgedFirst)
    #expect(answeredFirst.state == .explained)
  }

  @Test func `facts in any order always give a case`() throws {
    let carried = try given(
      Sample.propose, .approve, Sample.issue, .acknowledge, Sample.explain, Sample.holdConference,
      Sample.conclude, Sample.plan, Sample.progress, Sample.verify)
    #expect(carried.openMatters.isEmpty)
    var suggested = SuggestedReviewCase()
    let closed = CaseEvent.closed(CaseClosed(caseID: Sample.caseID, subjectID: Sample.subject))
    suggested.apply(closed, at: Sample.now)
    #expect(suggested.phase == .closed)
    #expect(throws: CaseRejection.unknownCase) { try suggested.decide(.close) }
  }

  @Test func `what is decided reads back from its envelopes`() throws {
    var suggested = SuggestedReviewCase()
    var reread = SuggestedReviewCase()
    let steps = [
      Sample.propose, .approve, Sample.issue, .acknowledge, Sample.explain, Sample.holdConference,
      Sample.conclude, Sample.plan, Sample.progress, Sample.verifyPartly, Sample.carryOver,
      Sample.verify, .close,
    ]
    for (index, command) in steps.enumerated() {
      let events = try suggested.decide(command)
      #expect(events.count == 1)
      for event in events {
        let readBack = try CaseEvent(envelope(event, sequence: index + 1))
        suggested.apply(event, at: command.usualTime)
        reread.apply(readBack, at: command.usualTime)
      }
    }
    #expect(reread == suggested)
    #expect(reread.phase == .closed)
  }

  @Test func `a fact of another stream is no fact of a case`() {
    let foreign = EventEnvelope(
      stream: .cycle(Sample.cycle2021), sequence: 1, type: CycleClosed.type, dataVersion: 1,
      area: .intake, time: Sample.now, actor: Sample.office,
      trace: TraceContext(correlationID: "c", causationID: "c"), payload: Array("{}".utf8))
    #expect(throws: UndecodableEvent.self) { try CaseEvent(foreign) }
  }

  private func envelope(_ event: CaseEvent, sequence: Int) -> EventEnvelope {
    let payload = event.payload
    return EventEnvelope(
      stream: .case(Sample.caseID), sequence: Int64(sequence), type: type(of: payload).type,
      dataVersion: 1, area: .case, time: Sample.now, actor: Sample.office,
      trace: TraceContext(correlationID: "c", causationID: "c"),
      payload: EventCodec.encode(payload))
  }
}
