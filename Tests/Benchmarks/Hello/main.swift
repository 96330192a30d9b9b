// What a program costs that does nothing but answer: the floor of the benchmark's `idle`. Never
// shipped. Logging is silent, as that of the services is beside it.
import Hummingbird
import Logging

LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
  fatalError("usage: hello-floor PORT")
}
let router = Router()
router.get("/health/ready") { _, _ in "hello" }
try await Application(
  router: router, configuration: .init(address: .hostname("127.0.0.1", port: port))
).runService()
