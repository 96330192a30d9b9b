import EventStream
internal import FoundationEssentials
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// What a report says: its sections and its answers to suggested matters.
///
/// The same value is read from requests, kept by fingerprint and shown again. Members are named as
/// on the wire.
struct ReportContent: Codable, Sendable, Hashable {
  /// The text of one section.
  struct Section: Codable, Sendable, Hashable {
    var section: SectionCode
    var text: String
  }

  /// The answer to one suggested matter.
  struct Answer: Codable, Sendable, Hashable {
    var caseId: CaseID
    var matterId: MatterID
    var kind: MatterAnswer.Kind
    var text: String
  }

  var sections: [Section]
  var answers: [Answer]

  /// The most sections of a form.
  static let sectionsMax = 50
  /// The most matters that one report answers.
  static let answersMax = 200
  /// The longest text of a section, in characters.
  static let sectionTextMax = 20_000
  /// The longest answer, in characters.
  static let answerTextMax = 10_000

  static let answersShape = JSONShape.array(
    of: .object([
      .required("caseId", .identifier), .required("matterId", .identifier),
      .required("kind", .choice(of: MatterAnswer.Kind.self)),
      .required("text", .text(min: 0, max: answerTextMax)),
    ]), max: answersMax)

  static let shape = JSONShape.object([
    .required(
      "sections",
      .array(
        of: .object([
          .required("section", .identifier),
          .required("text", .text(min: 0, max: sectionTextMax)),
        ]), max: sectionsMax)),
    .required("answers", answersShape),
  ])

  /// The texts by section.
  /// - Throws: ``ReportRejection/repeatedSection(_:)``.
  func textBySection() throws(ReportRejection) -> [SectionCode: String] {
    var texts: [SectionCode: String] = [:]
    for section in sections where texts.updateValue(section.text, forKey: section.section) != nil {
      throw .repeatedSection(section.section)
    }
    return texts
  }

  /// The one JSON text of this content, whose fingerprint is published: sections and answers in
  /// order of their names, members in order of name, no white space.
  var canonical: String {
    var ordered = self
    ordered.sections.sort { $0.section < $1.section }
    ordered.answers.sort { ($0.caseId, $0.matterId) < ($1.caseId, $1.matterId) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return String(decoding: try encoder.encode(ordered), as: UTF8.self) } catch {
      preconditionFailure("contents hold texts only: \(error)")
    }
  }

  /// Reads a content that was kept.
  init(canonical text: String) throws {
    self = try JSONDecoder().decode(ReportContent.self, from: Data(text.utf8))
  }

  init(sections: [Section], answers: [Answer]) {
    self.sections = sections
    self.answers = answers
  }
}

/// A content and its fingerprints, which are worked out before there is a connection.
struct KeptContent {
  /// The fingerprint of the whole.
  let hash: String
  /// The answers as the domain knows them.
  let answers: [WrittenAnswer]
  private let texts: [String: String]

  init(_ content: ReportContent) {
    let canonical = content.canonical
    let hash = Fingerprint.sha256(canonical)
    var texts = [hash: canonical]
    answers = content.answers.map { answer in
      let textHash = Fingerprint.sha256(answer.text)
      texts[textHash] = answer.text
      return WrittenAnswer(
        matter: MatterReference(caseID: answer.caseId, matterID: answer.matterId),
        kind: answer.kind, text: answer.text, textHash: textHash)
    }
    self.hash = hash
    self.texts = texts
  }

  /// Keeps the whole, and each answer under its own published fingerprint.
  func save(_ transaction: borrowing AnyTransaction) throws {
    try DocumentTable.save(texts, transaction)
  }
}
