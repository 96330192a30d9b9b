import ReviewEvents

/// Where a fact stands in both times.
struct Mark: Sendable, Hashable {
  /// The first day on which it holds.
  var effectiveOn: LocalDate
  /// When it was recorded.
  var recordedAt: Instant
}

/// The values of one property of one organisation or member over time.
///
/// A value holds until the next one takes effect. One that is recorded later for an earlier day is
/// inserted: it holds until the change that was already recorded for a later day. Of two for one
/// day the one recorded later counts.
struct Timeline<Value: Sendable & Hashable>: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    var mark: Mark
    var value: Value
  }

  /// In order of their days; those of one day in order of their recording.
  private(set) var entries: [Entry] = []

  mutating func put(_ value: Value, _ mark: Mark) {
    entries.insert(Entry(mark: mark, value: value), at: place(behind: mark.effectiveOn))
  }

  /// What holds on the day in question, as far as it was known.
  func entry(at point: Viewpoint) -> Entry? {
    entries[..<place(behind: point.asOf)].last { $0.mark.recordedAt <= point.knownAt }
  }

  /// The value that holds on the day in question, as far as it was known.
  subscript(point: Viewpoint) -> Value? { entry(at: point)?.value }

  /// Everything that took effect by the day in question, as far as it was known.
  func entries(upTo point: Viewpoint) -> [Entry] {
    entries[..<place(behind: point.asOf)].filter { $0.mark.recordedAt <= point.knownAt }
  }

  /// The days after `day` on which something takes effect.
  func days(after day: LocalDate) -> [LocalDate] {
    entries[place(behind: day)...].map(\.mark.effectiveOn)
  }

  /// Whether `isMeant` holds of a value on `day` or on any day after it.
  func holds(onOrAfter day: LocalDate, _ isMeant: (Value) -> Bool) -> Bool {
    let place = place(behind: day)
    return entries[max(0, place - 1)...].contains { isMeant($0.value) }
  }

  /// The place behind the last entry that takes effect on `day` or before it.
  private func place(behind day: LocalDate) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].mark.effectiveOn <= day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
