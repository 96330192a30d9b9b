/// The operations on a log that was restored to an earlier moment.
public enum RecoveryOperations {
  /// Both of them.
  public static func all(_ desk: RecoveryDesk) -> [Operation] { [missing(desk), recover(desk)] }

  private static func missing(_ desk: RecoveryDesk) -> Operation {
    .reads(
      "log missing",
      "Compares the service's own topic with its log; writes nothing; exit code 1 when the log lacks facts"
    ) { call in try await LogRecovery(desk: desk, call: call).look() }
  }

  private static func recover(_ desk: RecoveryDesk) -> Operation {
    .changes(
      "log recover",
      "Brings back to the log of a stopped service what its own topic tells and a restore took away",
      [
        .optional(
          "stopped-in-order", .flag,
          "the lost database was stopped in order with an empty outbox: what the topic does not tell "
            + "did not happen, and nothing is held in doubt"),
        .optional(
          "accept-cluster", .text,
          "the broker's cluster id, where the log knows another one or none"),
        OperationSafety.confirm, OperationSafety.approval,
      ]
    ) { call in try await LogRecovery(desk: desk, call: call).run() }
  }
}
