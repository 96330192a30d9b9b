/// Years of an installation as they are played, and what must be true at the end.
public struct PlannedChronicle: Sendable {
  /// What it was generated from.
  public var chronicle: Chronicle
  /// The years in order.
  public var years: [PlannedYear]
  /// What happens to the organisation before a year begins, by that year's number.
  public var changes: [Int: PlannedChange]
  /// The rating that is corrected.
  public var corrected: PlannedRating

  /// The open cases that each organisation answers for at the end, its own and those of the
  /// organisations that ended in it: counted over the input.
  public var debts: [String: Set<String>] {
    var debts: [String: Set<String>] = [:]
    for year in years {
      for planned in year.cases where planned.ending == .carriedOver {
        guard planned.subject.kind == "collective" else { continue }
        var holder = String(planned.subject.id.dropFirst("unit/".count))
        for number in changes.keys.sorted() where number > year.scenario.year {
          holder = changes[number]?.successor(of: holder) ?? holder
        }
        debts[holder, default: []].insert(planned.id)
      }
    }
    return debts
  }
}

/// What happens to the organisation between two years.
public struct PlannedChange: Sendable, Hashable {
  /// When it is recorded, when it holds, and what it rests on.
  public var decree: Chronicle.Decree
  /// Organisations with another name.
  public var renamed: [Renaming] = []
  /// Organisations that end together in one that goes on.
  public var merged: [Merger] = []
  /// Organisations that end together in a new one.
  public var founded: [Founding] = []
  /// Organisations that end without a successor of their own.
  public var dissolved: [Ending] = []
  /// Members who get another role or peer group, as they stand then.
  public var reassigned: [PlannedPerson] = []
  /// Members who join.
  public var joined: [PlannedPerson] = []
  /// Members who leave, by their ids.
  public var left: [String] = []

  /// Another name.
  public struct Renaming: Sendable, Hashable {
    /// The organisation.
    public var id: String
    /// The new name.
    public var name: String
  }

  /// Organisations that end in one that goes on.
  public struct Merger: Sendable, Hashable {
    /// Those that end.
    public var ids: [String]
    /// The one that goes on.
    public var successorID: String
  }

  /// Organisations that end in a new one.
  public struct Founding: Sendable, Hashable {
    /// Those that end.
    public var ids: [String]
    /// The new one.
    public var unit: PlannedUnit
  }

  /// An organisation that ends.
  public struct Ending: Sendable, Hashable {
    /// The organisation.
    public var id: String
    /// Who takes over.
    public var receiverID: String
  }

  /// Nothing yet.
  init(_ decree: Chronicle.Decree) { self.decree = decree }

  /// Who takes over from the organisation `id`; none if it goes on.
  func successor(of id: String) -> String? {
    if let merger = merged.first(where: { $0.ids.contains(id) }) { return merger.successorID }
    if let founding = founded.first(where: { $0.ids.contains(id) }) { return founding.unit.id }
    // What is dissolved may stand below what was merged in the same decision.
    return dissolved.first { $0.id == id }?.receiverID
  }
}
