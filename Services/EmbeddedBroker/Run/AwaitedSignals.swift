import Glibc

/// SIGTERM, SIGINT and SIGUSR1, taken by waiting for them instead of by a handler.
struct AwaitedSignals {
  private let awaited: sigset_t

  /// Blocks the signals for this thread and for every thread it starts from now on.
  init() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGUSR1] { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    awaited = signals
  }

  /// The next of them, however long it takes to arrive: waiting is the process's purpose.
  func next() -> Int32 {
    var signals = awaited
    var received: Int32 = 0
    while unsafe sigwait(&signals, &received) != 0 {}
    return received
  }
}
