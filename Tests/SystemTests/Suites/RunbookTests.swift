import Foundation
import Synchronization
import Testing

extension `The whole system` {
  /// Services look for a broker that was away as eagerly as for the embedded one.
  @Suite(
    .serialized, .timeLimit(.minutes(6)),
    .sharedProvince(
      ["REVIEW_KAFKA_PROPERTY_RECONNECT_BACKOFF_MAX_MS": "500"], brokerForgets: false))
  struct `The runbooks` {
    /// Pages that no situation here belongs to, and why.
    private static let elsewhere = [
      "local-stack.md": "its commands bring up and remove each of the provinces here",
      "service-restored.md": "needs a service that was restored to an earlier moment",
    ]

    @Test func `each have a situation here or a reason`() throws {
      let names = try Runbook.names()
      let drilled = Situation.all.map(\.runbook)
      #expect(drilled.count == Set(drilled).count)
      #expect((drilled + Self.elsewhere.keys).sorted() == names)
    }

    @Test func `are read as commands by block, and prose is not`() {
      let page = """
        Words.

            first "a b" \\
              -d 'c'

        1. A list
           with `code` in it:

               second

           - a point
             that goes on
        ```
        third
        ```
        """
      #expect(Runbook.commands(in: page) == ["first \"a b\" \\\n-d 'c'", "second", "third"])
    }

    @Test(arguments: Situation.all.map(\.runbook))
    func `repair what they are about, typed as they stand`(_ name: String) async throws {
      let situation = try #require(Situation.all.first { $0.runbook == name })
      if let earlier = Self.unrepaired.withLock({ $0 }) {
        throw Trouble("the province is still as \(earlier) left it")
      }
      do { try await Drill(in: try SharedProvince.require()).run(situation) } catch {
        Self.unrepaired.withLock { $0 = name }
        throw error
      }
    }

    /// The page that did not help; one trouble upon another would show nothing.
    private static let unrepaired = Mutex<String?>(nil)
  }
}
