/// What is published and what is checked at the end of a year, in one comparable value.
///
/// Made twice: counted over the generated input, and read from the services. Nothing else is
/// compared.
public struct Figures: Sendable, Hashable {
  /// Subjects in suggested review: kind → level of the managing organisation → how many.
  public var suggested: [String: [String: Int]] = [:]
  /// Ratings of the collectives directly under a province, by level.
  public var directRatings: [String: Int] = [:]
  /// How many of them may be excellent, by the province that decides.
  public var directQuota: [String: Int] = [:]
  /// Ratings of everybody: kind → level → how many.
  public var ratings: [String: [String: Int]] = [:]
  /// Reports: kind/managing level → what.
  public var reports: [String: ReportFigures] = [:]
  /// Mails that were sent, by kind.
  public var mails: [String: Int] = [:]
  /// Mails that had nowhere to go.
  public var unreachable = 0

  /// Nothing counted yet.
  public init() {}

  /// Lines that say where `self` and `other` differ; empty when they are equal.
  public func differences(from other: Figures) -> [String] {
    var lines: [String] = []
    func compare<Value: Equatable>(_ name: String, _ mine: Value, _ theirs: Value) {
      if mine != theirs { lines.append("\(name): counted \(mine), services say \(theirs)") }
    }
    compare("suggested reviews", suggested.sortedText, other.suggested.sortedText)
    compare(
      "ratings directly under the province", directRatings.sortedText,
      other.directRatings.sortedText)
    compare(
      "quota directly under the province", directQuota.sortedText, other.directQuota.sortedText)
    compare("ratings", ratings.sortedText, other.ratings.sortedText)
    for key in Set(reports.keys).union(other.reports.keys).sorted() {
      compare(
        "reports \(key)", reports[key] ?? ReportFigures(), other.reports[key] ?? ReportFigures())
    }
    compare("mails", mails.sortedText, other.mails.sortedText)
    compare("unreachable mails", unreachable, other.unreachable)
    return lines
  }
}

/// What became of the reports of one kind at one level.
public struct ReportFigures: Sendable, Hashable, CustomStringConvertible {
  /// Reports that are owed.
  public var owed = 0
  /// Reports that were handed in.
  public var received = 0
  /// Reports whose first version came late.
  public var late = 0
  /// Reports that were accepted.
  public var accepted = 0

  /// Nothing counted yet.
  public init() {}

  /// One line.
  public var description: String {
    "owed \(owed), received \(received), late \(late), accepted \(accepted)"
  }
}

extension Dictionary where Key == String {
  /// The entries in order of their keys, so that equal dictionaries print alike.
  var sortedText: String {
    sorted { $0.key < $1.key }.map { key, value in
      if let nested = value as? [String: Int] { return "\(key) {\(nested.sortedText)}" }
      return "\(key) \(value)"
    }.joined(separator: ", ")
  }
}
