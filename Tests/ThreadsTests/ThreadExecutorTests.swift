import Foundation
import Synchronization
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct `An executor with its own thread` {
  @Test func `jobs run on one thread, which carries the name and is not the caller's`() async {
    let resident = Resident(name: "named-thread")
    let first = await resident.thread()
    let second = await resident.thread()
    #expect(first == second)
    #expect(ThreadName.all().contains("named-thread"))
  }

  @Test func `a name longer than Linux allows is cut, not lost`() async {
    let resident = Resident(name: "a-name-longer-than-allowed")
    _ = await resident.thread()
    #expect(ThreadName.all().contains("a-name-longer-t"))
  }

  @Test func `jobs of many callers run one at a time and none is lost`() async {
    let resident = Resident(name: "many-callers")
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<1_000 { group.addTask { await resident.count() } }
    }
    #expect(await resident.counted == 1_000)
  }

  @Test func `jobs of one caller run in the order of queueing`() async {
    let resident = Resident(name: "in-order")
    for number in 0..<100 { await resident.note(number) }
    #expect(await resident.notes == Array(0..<100))
  }

  @Test func `isolation can be assumed on the thread and is denied elsewhere`() async {
    let resident = Resident(name: "isolation")
    #expect(await resident.isOnItsThread())
    #expect(resident.executor.isIsolatingCurrentContext() == false)
  }

  @Test func `the thread ends when the last reference goes`() async throws {
    var resident: Resident? = Resident(name: "ends-by-itself")
    _ = await resident?.thread()
    #expect(ThreadName.all().contains("ends-by-itself"))
    resident = nil
    try await eventually { !ThreadName.all().contains("ends-by-itself") }
  }

  @Test func `the last reference may go on the thread itself`() async throws {
    for _ in 0..<200 {
      // The only owner is the running job, so the executor is released on its own thread.
      await Resident(name: "own-thread-end").count()
    }
    try await eventually { !ThreadName.all().contains("own-thread-end") }
  }

  @Test func `jobs queued when the owner lets go still run`() async throws {
    let ran = Counter()
    for _ in 0..<100 {
      let resident = Resident(name: "closing-time")
      let tasks = (0..<10).map { _ in Task { await resident.add(to: ran) } }
      _ = consume resident
      for task in tasks { await task.value }
    }
    #expect(ran.value == 1_000)
    try await eventually { !ThreadName.all().contains("closing-time") }
  }
}

/// An actor that lives on a thread of its own.
private actor Resident {
  nonisolated let executor: ThreadExecutor
  private(set) var counted = 0
  private(set) var notes: [Int] = []

  init(name: String) { executor = ThreadExecutor(name: name) }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  func thread() -> ObjectIdentifier { ObjectIdentifier(Thread.current) }
  func count() { counted += 1 }
  func note(_ number: Int) { notes.append(number) }
  func add(to counter: Counter) { counter.increase() }
  func isOnItsThread() -> Bool {
    executor.checkIsolated()
    return executor.isIsolatingCurrentContext() == true
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func increase() { count.withLock { $0 += 1 } }
}

/// Thread names as the kernel knows them.
private enum ThreadName {
  static func all() -> [String] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    // A thread may end between the listing and the reading; then it has no name any more.
    return tasks.compactMap { task in
      try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}

private struct NeverHappened: Error {}

/// Waits for a condition, at most ten seconds.
private func eventually(_ condition: () -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(5))
  }
}
