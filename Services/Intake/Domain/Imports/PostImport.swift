public import ReviewEvents

/// Plans an import of posts: what the file says of a member are all posts of that member from its
/// day on.
public enum PostImport {
  /// The columns of the file.
  public enum Column: String, Sendable, CaseIterable {
    /// Who holds the post.
    case personID = "person_id"
    /// Which of the member's posts it is, from 1; the first one counts.
    case rank
    /// The organisation.
    case unitID = "unit_id"
    /// Head, deputy or member of its leadership.
    case role
    /// The first day on which the member holds these posts.
    case effectiveOn = "effective_on"
    /// The document it rests on.
    case legalBasis = "legal_basis"
  }

  /// One line of the file.
  public struct Row: Sendable, Hashable {
    /// The line in the file, from 1.
    public var line: Int
    /// Who holds the post.
    public var personID: PersonID
    /// Which of the member's posts it is, from 1.
    public var rank: Int
    /// The organisation.
    public var unitID: UnitID
    /// Head, deputy or member of its leadership.
    public var role: MemberRole
    /// The first day on which the member holds these posts.
    public var effectiveOn: LocalDate
    /// The number of the document it rests on, as printed.
    public var legalBasis: String

    /// Puts the parts together.
    public init(
      line: Int, personID: PersonID, rank: Int, unitID: UnitID, role: MemberRole,
      effectiveOn: LocalDate, legalBasis: String
    ) {
      self.line = line
      self.personID = personID
      self.rank = rank
      self.unitID = unitID
      self.role = role
      self.effectiveOn = effectiveOn
      self.legalBasis = legalBasis
    }
  }

  /// What `rows` would change on top of `history`, which holds every organisation and at least the
  /// members they name.
  ///
  /// The plan counts members, not lines.
  public static func plan(
    _ rows: [Row], history: OrganisationHistory
  ) throws(ImportRefusal<Column>) -> ImportPlan<PostsAssigned> {
    var lists: [PersonID: List] = [:]
    for row in rows { lists[row.personID, default: List()].add(row) }
    let found = rows.flatMap { row in
      lists[row.personID].map { faults(of: row, in: $0, history: history) } ?? []
    }
    guard found.isEmpty else { throw ImportRefusal(found) }
    var plan = ImportPlan<PostsAssigned>()
    // In the order in which the members first appear.
    for row in rows {
      guard let list = lists[row.personID], list.rows[0].line == row.line else { continue }
      let posts = list.rows.sorted { $0.rank < $1.rank }
        .map { Post(unitID: $0.unitID, role: $0.role) }
      let held = history.person(row.personID, at: Viewpoint(asOf: row.effectiveOn))?.posts ?? []
      let fact = PostsAssigned(
        personID: row.personID, posts: posts, effectiveOn: row.effectiveOn,
        legalBasis: row.legalBasis)
      if held == posts {
        plan.unchangedCount += 1
      } else if held.isEmpty {
        plan.registered.append(fact)
      } else {
        plan.amended.append(fact)
      }
    }
    return plan
  }

  /// The posts that a member holds on `day`, as the decision says that assigned them; none if the
  /// person is no member then, or holds none.
  ///
  /// Importing them again changes nothing.
  /// - Parameter facts: the whole stream of the member.
  public static func held(
    by person: PersonID, _ facts: [RecordedEvent], on day: LocalDate
  ) -> PostsAssigned? {
    let isMember = OrganisationHistory(facts).exists(.person(person), at: Viewpoint(asOf: day))
    guard isMember else { return nil }
    var held: PostsAssigned?
    for case .postsAssigned(let fact) in facts.map(\.event) where fact.effectiveOn <= day {
      // Of two for one day the one recorded later counts.
      if let before = held, fact.effectiveOn < before.effectiveOn { continue }
      held = fact
    }
    return held.flatMap { $0.posts.isEmpty ? nil : $0 }
  }

  /// The lines of one member.
  private struct List {
    private(set) var rows: [Row] = []
    /// On which line each rank stands first.
    private(set) var ranks: [Int: Int] = [:]
    /// On which line each organisation stands first.
    private(set) var units: [UnitID: Int] = [:]

    mutating func add(_ row: Row) {
      rows.append(row)
      if ranks[row.rank] == nil { ranks[row.rank] = row.line }
      if units[row.unitID] == nil { units[row.unitID] = row.line }
    }
  }

  /// What is wrong with one line of a member's list.
  private static func faults(
    of row: Row, in list: List, history: OrganisationHistory
  ) -> [ImportFault<Column>] {
    func fault(_ column: Column, _ problem: ImportProblem) -> ImportFault<Column> {
      ImportFault(line: row.line, column: column, problem: problem)
    }
    var faults: [ImportFault<Column>] = []
    if let first = list.ranks[row.rank], first != row.line {
      faults.append(fault(.rank, .repeatedRank(firstLine: first)))
    } else if row.rank > list.rows.count {
      // Some rank before it is nobody's: a line is missing, and with it a post.
      faults.append(fault(.rank, .rankLeftOut))
    }
    if let first = list.units[row.unitID], first != row.line {
      faults.append(fault(.unitID, .repeatedPost(firstLine: first)))
    }
    let first = list.rows[0]
    if first.effectiveOn != row.effectiveOn {
      faults.append(fault(.effectiveOn, .otherDecision(firstLine: first.line)))
    }
    if first.legalBasis != row.legalBasis {
      faults.append(fault(.legalBasis, .otherDecision(firstLine: first.line)))
    }
    if isBlank(row.legalBasis) { faults.append(fault(.legalBasis, .blankLegalBasis)) }
    do throws(OrganisationRejection) {
      try history.require(row.personID, on: row.effectiveOn)
    } catch { faults.append(fault(.personID, ImportProblem(missing: error))) }
    do throws(OrganisationRejection) {
      try history.require(row.unitID, on: row.effectiveOn)
    } catch { faults.append(fault(.unitID, ImportProblem(missing: error))) }
    return faults
  }
}

extension ImportProblem {
  /// Why an organisation or member cannot be named on a day.
  fileprivate init(missing rejection: OrganisationRejection) {
    self =
      switch rejection {
      case .unknownPerson: .unknownPerson
      case .unknownUnit: .unknownUnit
      default: .notThere
      }
  }
}
