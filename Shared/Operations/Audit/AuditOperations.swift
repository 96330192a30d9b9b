public import EventStream
internal import ReviewEvents
internal import ServiceRuntime

/// Looking at what operators did.
public enum AuditOperations {
  /// All of them.
  public static func all(_ store: any Store) -> [Operation] {
    let trail = AuditTrail(store: store)
    return [list(trail), export(trail)]
  }

  private static let rowsMax: Int64 = 10_000

  private static func list(_ trail: AuditTrail) -> Operation {
    .reads(
      "audit list", "Shows what operators did last, or were refused",
      [
        .optional("limit", .number(1...rowsMax), "how many rows; 50"),
        .optional("by", .text, "only what this operator did"),
        .optional("operation", .text, "only this operation, such as \"replay swap\""),
      ]
    ) { call in
      AuditList(
        rows: try await trail.latest(
          Int(call.input.number("limit") ?? 50), by: call.input.text("by"),
          operation: call.input.text("operation")))
    }
  }

  private static func export(_ trail: AuditTrail) -> Operation {
    .reads(
      "audit export", "Writes audit rows as JSON lines, to be kept elsewhere",
      [
        .required("after", .number(0...Int64.max), "the last row that was exported; 0 for all"),
        .optional("limit", .number(1...rowsMax), "at most so many rows; \(rowsMax)"),
      ]
    ) { call in
      AuditExport(
        rows: try await trail.rows(
          after: call.input.number("after") ?? 0, limit: Int(call.input.number("limit") ?? rowsMax))
      )
    }
  }
}

/// Audit rows for people, oldest first.
struct AuditList: OperationAnswer {
  let rows: [AuditRow]

  var text: String {
    rows.isEmpty ? "nothing was done" : rows.map(\.line).joined(separator: "\n")
  }
}

/// Audit rows for programs: one JSON object in each line.
struct AuditExport: OperationAnswer {
  let rows: [AuditRow]

  var text: String {
    rows.map { String(decoding: JSONText.encode($0), as: UTF8.self) }.joined(separator: "\n")
  }
}

extension AuditRow {
  var line: String {
    "\(id)  \(at.localWithZone)  \(`operator`)  \(operation)  \(outcome)"
      + (begunBy.map { " (begun as \($0))" } ?? "") + "  \(scope)  \(counts)  \(reason)"
  }
}
