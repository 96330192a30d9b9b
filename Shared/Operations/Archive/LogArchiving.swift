internal import EventStream
internal import LogArchive
internal import ReviewEvents
internal import ServiceRuntime

/// Writes a year of the log to a file and takes it out of the database, and brings it back.
struct LogArchiving: Sendable {
  /// Organisations and people live on for decades, and whoever appends to them needs their past.
  static let livingKinds = ["person", "unit"]
  /// A review goes on into the next year: its streams are left alone for one more.
  static let yearsKept: Int64 = 2
  private static let lock = StoreLock("log archive")

  let desk: ArchiveDesk
  let call: OperationCall

  private var site: ReplaySite { desk.site }
  private var year: Int64 { call.input.number("year") ?? 0 }
  private var place: ArchivePlace {
    ArchivePlace(call.input.text("into") ?? ".", service: site.service, year: year)
  }

  // MARK: Away

  /// `log archive`.
  func archive() async throws -> ArchiveAnswer {
    try await holding {
      let extent = try await plan()
      try site.safety.requireConfirmation(of: extent.facts, call.input)
      return try await site.approved(call, count: extent.facts) {
        let manifest = try await write()
        call.counts.set("facts", manifest.facts)
        call.report(["verified": manifest.facts], "\(manifest.facts) facts read back", nil)
        do {
          try await desk.store.commit { transaction in
            try ArchiveTable.remove(manifest, living: Self.livingKinds, in: transaction)
          }
        } catch StoreError.refused("55000", let reason) {
          throw OperationRefusal("log-moved", "\(reason): nothing was taken out; run it again")
        }
        return ArchiveAnswer(manifest, file: place.file, deed: "lies in")
      }
    }
  }

  private func holding(
    _ work: () async throws -> ArchiveAnswer
  ) async throws -> ArchiveAnswer {
    guard let lock = try await desk.store.tryLock(Self.lock) else {
      throw OperationRefusal("archive-busy", "another archive is being written or restored")
    }
    do {
      let answer = try await work()
      await lock.release()
      return answer
    } catch {
      await lock.release()
      throw error
    }
  }

  private func plan() async throws -> (facts: Int64, streams: Int64, first: Int64, last: Int64) {
    let year = year
    let (current, away, earlier, extent) = try await desk.store.commit { transaction in
      (
        try ArchiveTable.currentYear(in: transaction), try ArchiveTable.years(in: transaction),
        try ArchiveTable.earlierYear(than: year, living: Self.livingKinds, in: transaction),
        try ArchiveTable.extent(of: year, living: Self.livingKinds, in: transaction)
      )
    }
    guard year <= current - Self.yearsKept else {
      throw OperationRefusal(
        "year-not-over",
        "it is \(current) by the calendar: \(current - Self.yearsKept) is the last year that can go"
      )
    }
    guard !away.contains(where: { $0.year == year }) else {
      throw OperationRefusal("already-archived", "\(year) is in its archive already")
    }
    if let earlier {
      throw OperationRefusal("earlier-year-first", "archive \(earlier) first")
    }
    guard extent.facts > 0 else {
      throw OperationRefusal("nothing-to-archive", "no stream ended in \(year)")
    }
    return extent
  }

  /// Writes the file and its manifest, and reads both back.
  private func write() async throws -> ArchiveManifest {
    let (place, year, service) = (place, year, site.service)
    let part = ArchivePlace.part(of: place.file)
    let manifest = try await desk.store.commit { transaction in
      // Nothing that is written later belongs to one of these streams, or the end would show it.
      let extent = try ArchiveTable.extent(of: year, living: Self.livingKinds, in: transaction)
      var sum = ArchiveFile.Sum()
      let writer = try Self.refusing { try ArchiveWriter(part) }
      try ArchiveTable.lines(of: year, living: Self.livingKinds, in: transaction) { lines in
        for line in lines {
          sum.add(line)
          try Self.refusing { try writer.write(line) }
        }
      }
      let (bytes, sha256) = try Self.refusing {
        try writer.finish()
        return try ArchiveFile.hash(of: part)
      }
      return ArchiveManifest(
        service: service, year: year, bytes: bytes, sha256: sha256, facts: sum.facts,
        streams: extent.streams, firstPosition: extent.first, lastPosition: extent.last,
        digest: sum.digest)
    }
    try Self.refusing {
      try ArchiveDisk.rename(part, to: place.file)
      let text = ArchivePlace.part(of: place.manifest)
      try ArchiveDisk.write(JSONText.encode(manifest) + [UInt8(ascii: "\n")], to: text)
      try ArchiveDisk.rename(text, to: place.manifest)
    }
    let found = try place.verified(service: service, year: year)
    guard found == manifest else {
      throw OperationRefusal("archive-damaged", "\(place.file) is not what was written")
    }
    return found
  }

  private static func refusing<Value: ~Copyable>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let error as ArchiveError {
      throw OperationRefusal("archive-not-written", error.description)
    }
  }

  // MARK: Back

  /// `log verify-archive`.
  func verify() async throws -> ArchiveAnswer {
    let manifest = try place.verified(service: site.service, year: year)
    try requireOurs(manifest, try await known())
    return ArchiveAnswer(manifest, file: place.file, deed: "is whole in")
  }

  /// `log restore-archive`.
  func restore() async throws -> ArchiveAnswer {
    try await holding {
      guard let known = try await known() else {
        throw OperationRefusal("not-archived", "\(year) is in the log")
      }
      let (place, service, year) = (place, site.service, year)
      let manifest = try place.verified(service: service, year: year)
      try requireOurs(manifest, known)
      try await desk.store.commit { transaction in
        _ = try place.verified(service: service, year: year) { lines in
          try ArchiveTable.append(lines, in: transaction)
        }
        let found = try ArchiveTable.digest(of: year, in: transaction)
        guard found == (known.facts, known.digest) else {
          throw OperationRefusal("archive-damaged", "the log would not be what it was")
        }
        try ArchiveTable.setRestored(year, in: transaction)
      }
      call.counts.set("facts", manifest.facts)
      return ArchiveAnswer(manifest, file: place.file, deed: "is back in the log from")
    }
  }

  private func known() async throws -> ArchiveTable.Year? {
    try await desk.store.commit { try ArchiveTable.years(in: $0) }.first { $0.year == year }
  }

  private func requireOurs(
    _ manifest: ArchiveManifest, _ known: ArchiveTable.Year?
  ) throws(OperationRefusal) {
    guard let known, (known.sha256, known.digest) != (manifest.sha256, manifest.digest) else {
      return
    }
    throw OperationRefusal(
      "archive-differs", "\(place.file) is not the file that \(year) was archived with")
  }
}

/// What became of an archive.
struct ArchiveAnswer: OperationAnswer {
  let year: Int64
  let facts: Int64
  let streams: Int64
  let bytes: Int64
  let sha256: String
  let file: String
  private let deed: String

  init(_ manifest: ArchiveManifest, file: String, deed: String) {
    year = manifest.year
    facts = manifest.facts
    streams = manifest.streams
    bytes = manifest.bytes
    sha256 = manifest.sha256
    self.file = file
    self.deed = deed
  }

  var text: String {
    "\(year) \(deed) \(file): \(facts) facts of \(streams) streams, \(bytes) bytes\nsha256 \(sha256)"
  }
}
