import EventStream
import ReviewEvents
import TestSupport

@testable import EventRelay
@testable import EventStream

/// Processes start, take steps, stop and die.
extension Simulation {
  /// Lets one process take one step, unless it is in the middle of one.
  func step(_ index: Int) async {
    guard !processes[index].isBusy else { return }
    let process = processes[index]
    let lifeline =
      process.lifeline
      ?? Lifeline(dice) { [weak self] in await self?.letOthersGetOn() }
    processes[index].lifeline = lifeline
    processes[index].work = .nothing
    processes[index].isBusy = true
    let work = await work(of: process, lifeline)
    processes[index].isBusy = false
    if lifeline.isAlive {
      processes[index].work = work
    } else {
      bury(work)
      processes[index].lifeline = nil
    }
  }

  /// A process dies between two steps.
  func crash(_ index: Int) async {
    guard !processes[index].isBusy, let lifeline = processes[index].lifeline else { return }
    dice.count(.crashBetweenSteps)
    lifeline.kill()
    bury(processes[index].work)
    (processes[index].work, processes[index].lifeline) = (.nothing, nil)
  }

  /// A process stops in good order and comes back as a newer build.
  func upgrade(_ index: Int) async {
    guard !processes[index].isBusy else { return }
    await stop(index)
    processes[index].build = .new
  }

  func stop(_ index: Int) async {
    switch processes[index].work {
    case .nothing: break
    case .reading(_, let source): await source.close()
    case .publishing(_, let lock): await lock.release()
    }
    (processes[index].work, processes[index].lifeline) = (.nothing, nil)
  }

  /// Group and server notice, sooner or later, that a process is gone.
  func noticeDead(all: Bool) async {
    repeat {
      if let member = deadMembers.popLast() { await member.close() }
      if let lock = deadLocks.popLast() { await lock.release() }
    } while all && !(deadMembers.isEmpty && deadLocks.isEmpty)
  }

  private func bury(_ work: Process.Work) {
    switch work {
    case .nothing: break
    case .reading(_, let source): deadMembers.append(source.base)
    case .publishing(_, let lock): deadLocks.append(lock)
    }
  }

  // MARK: Steps

  /// - Returns: what the process holds behind its step.
  private func work(of process: Process, _ lifeline: Lifeline) async -> Process.Work {
    switch process.work {
    case .reading(let reader, let source): return await read(reader, source, lifeline)
    case .publishing(let publisher, let lock): return await publish(publisher, lock, lifeline)
    case .nothing: break
    }
    let base: any Store = mutation?.store(store(process.area)) ?? store(process.area)
    let store = ProcessStore(
      base: base, area: process.area, lifeline: lifeline, witness: witness, ledger: ledger)
    let environment = environment(process.area, store)
    switch process.role {
    case .reading(let consumer, let topics):
      guard let applier = await startReading(process, consumer, in: environment) else {
        return .nothing
      }
      let source = ProcessSource(
        broker.join(consumer.description, topics: topics), dice: dice, lifeline: lifeline)
      return .reading(Reader(applier, source: source, in: environment), source)
    case .publishing:
      guard let held = try? await store.tryLock(.relay), let lock = held as? ProcessLock else {
        return .nothing
      }
      let sink: any RecordSink = ProcessSink(
        broker: broker, dice: dice, lifeline: lifeline, witness: witness)
      let publisher = Publisher(
        mutation?.sink(sink, self.store(process.area)) ?? sink, holding: lock, in: environment)
      return .publishing(publisher, lock)
    }
  }

  /// First what is parked and can be read by now, then the topic: as ``Consumer`` does.
  private func startReading(
    _ process: Process, _ consumer: ConsumerName, in environment: EngineEnvironment
  ) async -> (any BatchApplying)? {
    guard consumer == Desk.consumer else {
      return RepairApplier(
        consumer: consumer, writer: process.area, gapPatience: Desk.patience)
    }
    let applier = desk.applier(process.build)
    do {
      try await Releaser(applier: applier, environment: environment).releaseReadable()
      return applier
    } catch { return nil }
  }

  private func read(
    _ reader: Reader, _ source: ProcessSource, _ lifeline: Lifeline
  ) async -> Process.Work {
    var reader = reader
    do {
      _ = try await reader.step()
      return .reading(reader, source)
    } catch {
      if let tripped = error as? OffSeasonGuard { witness.stopped(tripped.description) }
      guard lifeline.isAlive else { return .reading(reader, source) }
      await source.close()
      return .nothing
    }
  }

  private func publish(
    _ publisher: Publisher, _ lock: ProcessLock, _ lifeline: Lifeline
  ) async -> Process.Work {
    var publisher = publisher
    do {
      _ = try await publisher.step()
      return .publishing(publisher, lock)
    } catch {
      guard lifeline.isAlive else { return .publishing(publisher, lock) }
      await lock.release()
      return .nothing
    }
  }
}
