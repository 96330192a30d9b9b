/// The input of a rehearsal over years: provinces, what each year is, and what becomes of the
/// organisations between them.
///
/// Read from a data file, like a ``Scenario``; another seed moves each year's figures.
public struct Chronicle: Codable, Sendable, Hashable {
  /// A decision about the organisation, with the day on which it holds.
  public struct Decree: Codable, Sendable, Hashable {
    /// The day on which it is recorded, as `YYYY-MM-DD`.
    public var recordedOn: String
    /// The first day on which it holds, as `YYYY-MM-DD`.
    public var effectiveOn: String
    /// The document's number as printed.
    public var legalBasis: String
  }

  /// A rating that is corrected after its year.
  public struct Correction: Codable, Sendable, Hashable {
    /// The year whose rating is corrected.
    public var year: Int
    /// The day on which the correction is recorded, as `YYYY-MM-DD`.
    public var recordedOn: String
    /// The first day on which it holds, as `YYYY-MM-DD`.
    public var effectiveOn: String
    /// The level before, which the subject is chosen by.
    public var from: String
    /// The level after.
    public var to: String
    /// The document's number as printed.
    public var legalBasis: String
  }

  /// What people call it.
  public var name: String
  /// The seed for which the numbers hold exactly.
  public var seed: UInt64
  /// The provinces that share the installation from the first year on.
  public var provinces: [PlannedProvince]
  /// The years in order; the sizes of the first one are those of each province.
  public var years: [Scenario]
  /// A year before whose review one organisation is renamed, one member joins and one leaves.
  public var smallChanges: Decree
  /// The end of the districts: the provinces become one, and communes take over.
  public var restructuring: Decree
  /// How many grassroots organisations become one commune.
  public var grassrootsPerCommune: Int
  /// The correction of one rating.
  public var correction: Correction

  /// The chronicle as `seed` plays it.
  public func played(with seed: UInt64) -> Chronicle {
    guard seed != self.seed else { return self }
    var moved = self
    moved.seed = seed
    moved.years = years.enumerated().map { index, year in year.played(with: seed &+ UInt64(index)) }
    return moved
  }
}
