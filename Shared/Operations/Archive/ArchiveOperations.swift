public import EventStream
internal import ReviewEvents

/// What operators need to put years of a service's log away.
public struct ArchiveDesk: Sendable {
  let site: ReplaySite
  let store: any Store

  /// A desk for the service of `site`.
  /// - Parameter store: the service's database, with the patience for statements on a whole year.
  public init(_ site: ReplaySite, store: any Store) {
    self.site = site
    self.store = store
  }
}

/// The operations on years of the log that lie in files.
public enum ArchiveOperations {
  private static let year = OperationParameter.required(
    "year", .number(1_900...9_999), "the year in which the streams got their last fact")
  private static let folder = OperationParameter.required(
    "into", .text, "the directory of the archive, on the machine that runs this")

  /// All of them.
  public static func all(_ desk: ArchiveDesk) -> [Operation] {
    [
      .reads("log archives", "Lists the years of the log that lie in files, not in the database") {
        _ in ArchivedYears(years: try await desk.store.commit { try ArchiveTable.years(in: $0) })
      },
      .reads(
        "log verify-archive",
        "Reads the archive of a year from its first to its last byte; writes nothing",
        [year, folder]
      ) { try await LogArchiving(desk: desk, call: $0).verify() },
      .changes(
        "log archive",
        "Writes the streams that ended in a year to a compressed file, reads it back, and only then "
          + "takes them out of the log",
        [year, folder, OperationSafety.confirm, OperationSafety.approval]
      ) { try await LogArchiving(desk: desk, call: $0).archive() },
      .changes(
        "log restore-archive",
        "Brings an archived year back into the log, exactly as it was, so that it can be replayed",
        [year, folder]
      ) { try await LogArchiving(desk: desk, call: $0).restore() },
    ]
  }
}

/// The years that are away.
struct ArchivedYears: OperationAnswer {
  let years: [ArchiveTable.Year]

  var text: String {
    guard !years.isEmpty else { return "every year is in the log" }
    return years.map { year in
      "\(year.year): \(year.facts) facts of \(year.streams) streams, positions "
        + "\(year.firstPosition)–\(year.lastPosition), since \(year.archivedAt.localWithZone)"
    }.joined(separator: "\n")
  }
}

extension ReplaySite {
  /// Refuses to build from a log that lacks a year: the shadow would lack what follows from it.
  /// - Throws: ``OperationRefusal``.
  func requireWholeLogs(_ model: ReadModel, fromLog: Bool) async throws {
    var areas = fromLog ? Set(model.subscriptions.map(\.area)) : []
    if !model.folds.isEmpty {
      let years = try await store.commit { try ArchiveTable.years(in: $0) }.map(\.year)
      try Self.require(none: years, of: area)
      areas.remove(area)
    }
    // Asked of a stream that is not there, so that nothing is counted.
    var nothing = EventScope()
    nothing.stream = "archive/none"
    for area in areas.sorted(by: { $0.rawValue < $1.rawValue }) {
      let census = try await writers.census(of: area, nothing)
      try Self.require(none: census.archivedYears ?? [], of: area)
    }
  }

  private static func require(
    none years: [Int64], of area: ServiceArea
  ) throws(OperationRefusal) {
    guard !years.isEmpty else { return }
    throw OperationRefusal(
      "log-archived",
      "the log of \(area.rawValue) lacks \(years.map(String.init).joined(separator: ", ")), which "
        + "lies in its archive: `log restore-archive` there first")
  }
}
