import EventStream
import ReviewEvents
import TestSupport

extension Simulation {
  // MARK: Commands

  /// A command that tells one or two facts of one report, sometimes over a long time.
  func write(to chosen: StreamID? = nil) async {
    let report = chosen ?? Desk.reports[dice.pick(Desk.reports.count)]
    // Whoever appends holds the lock of the stream's head.
    guard !lateWrites.contains(where: { $0.append.stream == report }) else { return }
    let store = store(.intake)
    // A look at memory cannot fail.
    let last = try? store.look { try $0.lastSequences(of: [report])[report] }
    let facts = (0...dice.pick(2)).map { _ in fact(of: report) }
    let append = StreamAppend(
      stream: report, expected: last ?? 0, events: facts, origin: Samples.origin)
    if dice.strikes(.commitVisibleLate) {
      lateWrites.append(LateWrite(append: append, numbers: store.draw(facts.count)))
    } else {
      await acknowledge(append) { try await store.commit { try $0.append([append]) } }
    }
  }

  /// Ends the oldest append that is under way.
  func endLateWrite() async {
    guard !lateWrites.isEmpty else { return }
    let write = lateWrites.removeFirst()
    let store = store(.intake)
    await acknowledge(write.append) {
      try await store.commit(using: write.numbers) { try $0.append([write.append]) }
    }
  }

  private func acknowledge(_ append: StreamAppend, _ commit: () async throws -> Void) async {
    // Whoever wrote and was not told knows nothing; whoever was told must find it again.
    do { try await commit() } catch { return }
    acknowledged += append.envelopes(area: .intake).map(\.id)
  }

  private func fact(of report: StreamID) -> any ReviewEvent {
    let cycle: CycleID = Samples.id("2021")
    let person = SubjectID.person(Samples.id("P1"))
    switch dice.pick(8) {
    case 0: return CycleClosed(cycleID: cycle)
    case 1, 2:
      return ReportAccepted(
        reportID: Samples.id(report.id), cycleID: cycle, subjectID: person, version: 1)
    case 3, 4:
      guard report == Desk.novel, dice.strikes(.unknownType) else { fallthrough }
      return ReportReturned(
        reportID: Samples.id(report.id), cycleID: cycle, subjectID: person, version: 1,
        reasons: [])
    default: return ReportDrafted(reportID: Samples.id(report.id), contentHash: "x")
    }
  }

  // MARK: Misfortune

  /// What goes wrong outside the processes, before a step.
  func misfortune() async {
    if dice.threatens(.brokerForgets) { forget() }
    if dice.threatens(.recordsDropped) { drop() }
    if dice.strikes(.brokerAway) { broker.setReachable(false) }
    if dice.chance(oneIn: 6) { broker.setReachable(true) }
    if dice.strikes(.malformedRecord) {
      broker.append(
        .malformed(MalformedRecord(problem: "ce_id")), to: anyPartition(of: .intake))
    }
    if dice.strikes(.rebalance) { broker.rebalance(Desk.consumer.description) }
    if dice.threatens(.lockLost) { loseLock(Self.areas[dice.pick(Self.areas.count)]) }
    if dice.threatens(.crashBetweenSteps) { await crash(dice.pick(processes.count)) }
    if dice.chance(oneIn: 5) { await noticeDead(all: false) }
    if dice.chance(oneIn: 5) { await endLateWrite() }
    if dice.chance(oneIn: 40) { await upgrade(dice.pick(processes.count)) }
  }

  /// At a place where a process waits.
  func letOthersGetOn() async {
    guard depth < 2, dice.strikes(.meanwhile) else { return }
    depth += 1
    switch dice.pick(6) {
    case 0: await write()
    case 1: await endLateWrite()
    default: await step(dice.pick(processes.count))
    }
    depth -= 1
  }

  private func forget() {
    dice.count(.brokerForgets)
    broker.restartForgetting()
  }

  private func drop() {
    let partition = anyPartition(of: Self.areas[dice.pick(Self.areas.count)])
    let offset = Int64(dice.pick(Int(broker.end(of: partition)) + 1))
    guard broker.truncate(partition, before: offset) > 0 else { return }
    dice.count(.recordsDropped)
    if broker.records(in: partition).isEmpty { witness.lostUnseen() }
  }

  private func anyPartition(of area: ServiceArea) -> TopicPartition {
    let partitions = broker.partitions(of: area.topic)
    return partitions[dice.pick(partitions.count)]
  }

  /// The connection that holds the lock breaks; the relay learns of it in its next transaction.
  private func loseLock(_ area: ServiceArea) {
    dice.count(.lockLost)
    store(area).breakLock(.relay)
    ledger.note(.lost(area))
  }
}
