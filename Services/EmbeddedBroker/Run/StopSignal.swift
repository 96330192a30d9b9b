import Glibc

/// SIGTERM and SIGINT, taken by waiting for them instead of by a handler.
struct StopSignal {
  private let awaited: sigset_t

  /// Blocks both signals for this thread and for every thread it starts from now on.
  init() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe sigaddset(&signals, SIGINT)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    awaited = signals
  }

  /// Returns when one of them has arrived, however long that takes: it is the process's purpose.
  func wait() {
    var signals = awaited
    var received: Int32 = 0
    while unsafe sigwait(&signals, &received) != 0 {}
  }
}
