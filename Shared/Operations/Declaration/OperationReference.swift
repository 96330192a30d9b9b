/// The reference of all operations as a page, made from their declarations.
public enum OperationReference {
  /// The page `docs/reference/operations.md`.
  public static func page(_ operations: [Operation]) -> String {
    let head = """
      # Operations

      Made from the declarations in `Shared/Operations`; a test keeps this page equal to them. Each is a subcommand of every service's \
      executable and, with the same names as members of a JSON object, a POST on its admin port. *Changes*: needs `--operator` (or \
      `REVIEW_OPERATOR`) and `--reason`, and leaves audit rows. Exit codes: 0 done, 1 done with bad news, 2 refused.
      """
    return ([head] + operations.sorted { $0.name < $1.name }.map(section))
      .joined(separator: "\n\n") + "\n"
  }

  private static func section(_ operation: Operation) -> String {
    let own = operation.parameters.filter { $0 != .operator && $0 != .reason }
    var lines = [
      "## `\(operation.name)`", "",
      "\(operation.summary). *\(operation.kind == .changes ? "Changes" : "Reads")*, "
        + "`POST \(operation.path)`.",
    ]
    if !own.isEmpty {
      lines += ["", "| parameter | value | meaning |", "|---|---|---|"]
      lines += own.map { parameter in
        "| `--\(parameter.name)`\(parameter.isRequired ? " (required)" : "") "
          + "| \(parameter.kind.words) | \(parameter.help) |"
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension OperationParameter.Kind {
  fileprivate var words: String {
    switch self {
    case .flag: "none"
    case .text: "text"
    case .number(let range):
      range.upperBound == .max
        ? "number from \(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    case .instant: "moment with zone"
    case .stream: "stream"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    }
  }
}
