import Operations
import PostgresTestSupport
import Testing

@Suite struct `A command line of an operation` {
  private let operations = [
    Operation.reads(
      "replay plan", "counts", [.optional("since", .instant, "a moment")]
    ) { _ in preconditionFailure("never run here") },
    Operation.changes(
      "replay run", "builds",
      [.required("into", .choice(["shadow"]), "where"), .optional("from-log", .flag, "log")]
    ) { _ in preconditionFailure("never run here") },
  ]

  @Test func `names an operation and its values`() throws {
    let line = try OperationLine(
      ["replay", "run", "--into", "shadow", "--from-log", "--reason", "a correction"],
      among: operations, presets: ["operator": "an"])
    #expect(line.operation.name == "replay run")
    #expect(
      line.values
        == ["into": "shadow", "from-log": "true", "reason": "a correction", "operator": "an"])
  }

  @Test func `is refused when it says something unknown, twice or half`() {
    #expect(throws: OperationLineProblem.unknownOperation("replay walk")) {
      try OperationLine(["replay", "walk", "--fast"], among: operations)
    }
    #expect(throws: OperationLineProblem.unknownWord("--into", in: "replay plan")) {
      try OperationLine(["replay", "plan", "--into", "shadow"], among: operations)
    }
    #expect(throws: OperationLineProblem.twice("from-log")) {
      try OperationLine(["replay", "run", "--from-log", "--from-log"], among: operations)
    }
    #expect(throws: OperationLineProblem.withoutValue("into")) {
      try OperationLine(["replay", "run", "--into"], among: operations)
    }
  }

  @Test func `without an operator or a reason changes nothing`() {
    #expect(throws: OperationProblems.self) {
      try OperationInput(["into": "shadow"], for: operations[1])
    }
    #expect(throws: OperationProblems.self) {
      try OperationInput(
        ["into": "shadow", "operator": "an", "reason": "  "], for: operations[1])
    }
  }

  @Test func `reads moments only with their zone`() throws {
    #expect(throws: OperationProblems.self) {
      try OperationInput(["since": "2026-12-10T17:00:00"], for: operations[0])
    }
    _ = try OperationInput(["since": "2026-12-10T17:00:00+07:00"], for: operations[0])
  }
}
