import EventStream
import ReviewEvents
import ServiceRuntime
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `Malformed input` {
  @Test func `is refused with slug and field, and leaves no fact behind`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let before = try await desk.logged()
      for malformed in Malformed.all {
        let answer = try await ask(malformed, desk)
        let name: Comment = "\(malformed.route) \(malformed.path) \(malformed.slug)"
        #expect(answer.status == malformed.status, name)
        #expect(answer.slug == malformed.slug, name)
        #expect(answer.field == malformed.field, name)
      }
      #expect(try await desk.logged() == before)
      let kinds = Set(Malformed.all.map { "\($0.slug) \($0.field ?? "")" })
      #expect(kinds.count >= 40)
    }
  }

  private func ask(_ malformed: Malformed, _ desk: IntakeDesk) async throws -> Answer {
    switch malformed.route {
    case "GET": return try await desk.get(malformed.path, by: malformed.actor)
    case "PUT":
      return try await desk.put(
        malformed.path, malformed.body ?? "", by: malformed.actor, ifMatch: malformed.ifMatch)
    default:
      if malformed.path.contains("/import") {
        return try await desk.table(malformed.path, malformed.body ?? "")
      }
      return try await desk.send(
        malformed.path, malformed.body, by: malformed.actor, ifMatch: malformed.ifMatch)
    }
  }

  @Test func `every route has its case`() async throws {
    try await IntakeDesk.with { desk in
      for route in Intake.routes(desk.context) {
        let segments = route.path.split(separator: "/")
        let covered = Malformed.all.contains { malformed in
          let path = malformed.path.prefix { $0 != "?" }.split(separator: "/")
          return malformed.route == route.method && path.count == segments.count
            && zip(path, segments).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
        }
        #expect(covered, "\(route.method) \(route.path)")
      }
    }
  }

  @Test func `without a key nothing is posted`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let answer = try await desk.send(
        Malformed.report + "/submit", Province.complete, by: Province.commune, ifMatch: 1, key: nil)
      #expect(answer.status == 400 && answer.slug == "idempotency-key-required")
      #expect(answer.field == "Idempotency-Key")
    }
  }
}
