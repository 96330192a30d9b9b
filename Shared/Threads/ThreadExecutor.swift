private import Foundation
private import Synchronization

/// A serial executor that owns one named operating-system thread.
///
/// Calls into C libraries that block run here, so that they never take a seat of the cooperative
/// pool, which has only as many seats as the machine has cores. An actor uses it as its
/// `nonisolated var unownedExecutor` and keeps the executor in a `let`.
///
/// The thread ends by itself when the last reference is gone and every queued job has run.
public final class ThreadExecutor: SerialExecutor {
  private let jobs: JobQueue
  /// The thread itself is kept alive by running; its identity is enough to recognise it.
  private let thread: ObjectIdentifier

  /// Starts the thread; `name` is what `ps -T` and debuggers show (Linux keeps 15 bytes of it).
  public init(name: String) {
    let jobs = JobQueue()
    // The thread holds the queue and not the executor, or the executor would never be released.
    let thread = Thread { jobs.runUntilClosed() }
    self.jobs = jobs
    self.thread = ObjectIdentifier(thread)
    thread.start()
    // Foundation hands a name on only to a thread that exists already.
    thread.name = String(decoding: name.utf8.prefix(Self.nameBytesMax), as: UTF8.self)
  }

  /// The Linux limit of a thread's name, without its closing zero; a longer one is not set at all.
  static let nameBytesMax = 15

  deinit { jobs.close() }

  /// Queues a job; it runs on the thread after all jobs queued before it.
  public func enqueue(_ job: consuming ExecutorJob) {
    jobs.append(QueuedJob(job: UnownedJob(job), executor: self))
  }

  /// The reference that an actor returns as its `unownedExecutor`.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// Stops the process unless the caller runs on this executor's thread.
  public func checkIsolated() {
    precondition(ObjectIdentifier(Thread.current) == thread, "not on the thread of this executor")
  }

  /// Whether the caller runs on this executor's thread.
  public func isIsolatingCurrentContext() -> Bool? {
    ObjectIdentifier(Thread.current) == thread
  }
}

/// A job together with the executor it is meant for.
///
/// Holding the executor strongly is what makes closing safe: as long as a job is queued or runs,
/// the executor lives, so it closes only with an empty queue, even if that happens on its own
/// thread because the job dropped the last other reference.
private struct QueuedJob: Sendable {
  let job: UnownedJob
  let executor: ThreadExecutor

  func run() {
    unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor())
  }
}

/// The jobs of one thread, in order of arrival.
private final class JobQueue: Sendable {
  private struct State {
    var waiting: [QueuedJob] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  /// Counts wake-ups: one for each change from empty to not empty, and one for closing.
  private let wakeUps = DispatchSemaphore(value: 0)

  func append(_ job: QueuedJob) {
    let wasEmpty = state.withLock { state in
      precondition(!state.isClosed, "a job was queued on an executor that no longer exists")
      defer { state.waiting.append(job) }
      return state.waiting.isEmpty
    }
    if wasEmpty { wakeUps.signal() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wakeUps.signal()
  }

  func runUntilClosed() {
    while true {
      wakeUps.wait()
      guard runWaitingJobs() else { return }
    }
  }

  /// Runs what is queued now; answers whether more can come.
  ///
  /// The batch is released on return, before the thread waits again: it holds the executor, and
  /// its release may be what closes this queue.
  private func runWaitingJobs() -> Bool {
    let (batch, isClosed) = state.withLock { state in
      defer { state.waiting = [] }
      return (state.waiting, state.isClosed)
    }
    for job in batch { job.run() }
    return !isClosed
  }
}
