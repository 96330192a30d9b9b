import Foundation
import Synchronization

/// A program to run, with its output in a file.
struct Command: Sendable {
  let arguments: [String]
  let environment: [String: String]
  /// Where standard output and standard error go; what was there is kept.
  let output: URL

  // Foundation learns of a program's end when the last copy of a descriptor is closed, and what
  // the program leaves running would hold one. So only this shell gets it, and not its children.
  private static let wrapper = #"""
    closing=
    for file in /proc/self/fd/*; do
      number=${file##*/}
      ((number <= 2)) || closing+=" $number>&-"
    done
    eval "\"\$@\" $closing &"
    child=$!
    trap 'kill -s TERM "$child"' TERM
    wait "$child"
    code=$?
    while kill -0 "$child" 2>/dev/null; do
      wait "$child"
      code=$?
    done
    exit "$code"
    """#

  /// Programs are started one after the other: one that was started while another one was would
  /// inherit the descriptor that tells of the other's end, and hold it as long as it runs itself.
  private static let launching = Mutex(())

  /// Runs to the end; when the task is cancelled, the program is told to stop.
  /// - Returns: the exit code.
  func run() async throws -> Int32 {
    if !FileManager.default.fileExists(atPath: output.path) {
      guard FileManager.default.createFile(atPath: output.path, contents: nil) else {
        throw Trouble("\(output.path) cannot be written")
      }
    }
    let file = try FileHandle(forWritingTo: output)
    try file.seekToEnd()
    let running = Running()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", Self.wrapper, "wrapper"] + arguments
        process.environment = environment
        process.currentDirectoryURL = Project.root
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        process.terminationHandler = { ended in
          running.ended()
          continuation.resume(returning: ended.terminationStatus)
        }
        do {
          try Self.launching.withLock { _ in try Self.withEverySignal { try process.run() } }
          running.started(process.processIdentifier)
        } catch { continuation.resume(throwing: error) }
      }
    } onCancel: {
      running.stop()
    }
  }

  /// The threads that tests run on block every signal, and whatever they start would do so too: it
  /// could not be told to stop.
  private static func withEverySignal(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  /// The process while it runs, so that nothing else is ever signalled.
  private final class Running: Sendable {
    private struct State {
      var pid: Int32?
      var isStopping = false
      var hasEnded = false
    }

    private let state = Mutex(State())

    func started(_ pid: Int32) {
      state.withLock { state in
        guard !state.hasEnded else { return }
        state.pid = pid
        if state.isStopping { kill(pid, SIGTERM) }
      }
    }

    func ended() {
      state.withLock { state in
        state.hasEnded = true
        state.pid = nil
      }
    }

    func stop() {
      state.withLock { state in
        state.isStopping = true
        if let pid = state.pid { kill(pid, SIGTERM) }
      }
    }
  }
}

/// Something around a test that did not work.
struct Trouble: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
