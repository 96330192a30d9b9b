/// What an error means for the event that was being handled, described without its data.
package struct Failure: CustomStringConvertible {
  /// Whether the store is away or overloaded: waiting helps, and no event is to blame.
  package let isOutage: Bool
  /// The type of the error, and of a refused statement the SQLSTATE; never a message, which may
  /// quote the row.
  package let description: String

  package init(_ error: any Error) {
    switch error as? StoreError {
    case .unavailable: (isOutage, description) = (true, "StoreError.unavailable")
    case .busy: (isOutage, description) = (true, "StoreError.busy")
    case .refused(let state, _):
      isOutage =
        Self.outageClasses.contains(String(state.prefix(2))) || state == Self.lockNotAvailable
      description = "StoreError.refused(\(state))"
    case .staleStream: (isOutage, description) = (false, "StoreError.staleStream")
    case .keyInUse: (isOutage, description) = (false, "StoreError.keyInUse")
    case .noTables: (isOutage, description) = (false, "StoreError.noTables")
    case .malformedRow: (isOutage, description) = (false, "StoreError.malformedRow")
    case nil: (isOutage, description) = (false, String(reflecting: type(of: error)))
    }
  }

  /// Connection, rollback of a conflict, resources, operator's intervention, system.
  private static let outageClasses: Set<String> = ["08", "40", "53", "57", "58"]
  /// Somebody else held a row for longer than `lock_timeout`.
  private static let lockNotAvailable = "55P03"
}
