import Foundation
import Testing

@testable import NotificationMessages

private let view = MessageView(
  reviewYear: 2021, planNumber: "123-KH/TU", due: "trước ngày 10/12/2021", daysLeft: 3,
  portalLink: "https://kiemdiem.example.org/viec/7f3a?ky=2021&buoc=1",
  referenceNumber: "KD-2021-00417"
)

@Suite struct `The messages` {
  let catalog: MessageCatalog

  init() throws { catalog = try MessageCatalog() }

  @Test(arguments: MessageKind.allCases)
  func `read as in their golden files`(_ kind: MessageKind) throws {
    var timed = view
    timed.daysLeft = [.reportOverdue: -2, .caseOverdue: -2, .reportReceipt: nil][kind, default: 3]
    let message = catalog.render(kind, timed)
    try Golden.compare(message.subject + "\n", "\(kind.rawValue).subject")
    try Golden.compare(message.text, "\(kind.rawValue).txt")
    try Golden.compare(message.html, "\(kind.rawValue).html")
  }

  @Test func `have names that are stored and must not change`() {
    #expect(
      MessageKind.allCases.map(\.rawValue) == [
        "report-reminder", "report-overdue", "report-receipt", "report-returned", "case-issued",
        "case-reminder", "case-overdue", "supplement-requested", "extension-granted",
        "extension-refused",
      ])
  }

  @Test(arguments: MessageKind.allCases)
  func `show the fields they are allowed and none that they are not`(_ kind: MessageKind) {
    var fields: [String: String] = [:]
    for field in MessageView.Field.allCases { fields[field.rawValue] = "allowed-\(field.rawValue)" }
    let secrets = [
      "personName", "name", "recipient", "unitName", "unit", "rating", "score", "level", "vote",
      "matter", "matterText", "suggestion", "explanation", "reason", "returnReason", "conclusion",
      "discipline", "complaint", "password", "token", "email", "title", "content",
    ]
    for secret in secrets { fields[secret] = "SECRET-\(secret)" }
    let message = catalog.render(kind, fields: fields)
    for part in [message.subject, message.text, message.html] {
      #expect(!part.contains("SECRET"))
    }
    for body in [message.text, message.html] {
      for field in ["planNumber", "reviewYear", "portalLink", "referenceNumber", "timeLeft"] {
        #expect(body.contains("allowed-\(field)"), "\(field) is missing")
      }
    }
  }

  @Test(arguments: MessageKind.allCases)
  func `never tell that a review was suggested, or how anybody is rated`(_ kind: MessageKind) {
    let message = catalog.render(kind, view)
    let telling = [
      "gợi ý", "giải trình", "khuyết điểm", "hạn chế", "vi phạm", "kỷ luật", "xếp loại", "vấn đề",
      "kết luận", "khiếu nại", "tố cáo", "hoàn thành xuất sắc", "không hoàn thành", "lý do",
    ]
    for part in [message.subject, message.text, message.html] {
      let words = part.precomposedStringWithCanonicalMapping.lowercased()
      for word in telling { #expect(!words.contains(word), "\(kind.rawValue) says \(word)") }
    }
  }

  @Test(arguments: MessageKind.allCases)
  func `have a subject that fits one line and is in NFC`(_ kind: MessageKind) {
    let message = catalog.render(kind, view)
    #expect(!message.subject.contains { $0.isNewline })
    #expect(message.subject.count <= 120)
    for part in [message.subject, message.text, message.html] {
      let composed = part.precomposedStringWithCanonicalMapping
      #expect(part.unicodeScalars.elementsEqual(composed.unicodeScalars))
      #expect(!part.contains("{{"))
    }
  }

  @Test(arguments: MessageKind.allCases)
  func `escape HTML and leave text alone`(_ kind: MessageKind) {
    var marked = view
    marked.planNumber = "<b>\"1\" & '2'</b>"
    marked.due = "<i>mai</i>"
    let message = catalog.render(kind, marked)
    #expect(message.text.contains("<b>\"1\" & '2'</b>"))
    #expect(!message.subject.contains("&lt;"))
    #expect(message.html.contains("&lt;b&gt;"))
    #expect(!message.html.contains("<b>"))
    #expect(!message.html.contains("<i>"))
  }

  @Test(arguments: [
    (3, "Thời gian còn lại: 3 ngày."), (0, "Hôm nay là ngày cuối cùng."),
    (-2, "Đã quá hạn 2 ngày."),
  ])
  func `say how much time is left`(_ days: Int, _ words: String) {
    var timed = view
    timed.daysLeft = days
    let message = catalog.render(.reportReminder, timed)
    #expect(message.text.contains("\n\(words)\n"))
    #expect(message.html.contains("<p>\(words)</p>"))
  }

  @Test func `say nothing of time where none is given`() {
    var timeless = view
    timeless.daysLeft = nil
    let message = catalog.render(.reportReceipt, timeless)
    #expect(!message.text.contains("Thời gian còn lại"))
    #expect(!message.html.contains("<p></p>"))
  }
}

@Suite struct `A broken template` {
  private func error(_ name: String, _ source: String?) -> TemplateError? {
    var sources = MessageCatalog.builtIn
    sources[name] = source
    do {
      _ = try MessageCatalog(sources: sources)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("{{#due}}", "case-issued.html"), ("{{recipient}}", "case-issued.html"),
    ("{{#personName}}x{{/personName}}", "case-issued.html"), ("{{{due}}}", "case-issued.html"),
    ("{{&due}}", "case-issued.html"), ("{{>footer}}", "case-issued.html"),
    ("{{}}", "case-issued.html"),
    ("{{due}}", "case-issued.txt"), ("{{due}}", "case-issued.subject"),
  ])
  func `fails the start and is named`(_ source: String, _ name: String) throws {
    #expect(error(name, source)?.template == name)
  }

  @Test func `is also one that is missing`() {
    #expect(error("case-issued.txt", nil) == .init(template: "case-issued.txt", problem: "missing"))
  }
}

/// The messages as a reader has checked them.
private enum Golden {
  /// With `REVIEW_WRITE_GOLDEN=1` the file is written anew and the test fails, so that a written
  /// file is never taken for a checked one.
  static func compare(_ text: String, _ name: String) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden").appending(path: name)
    if ProcessInfo.processInfo.environment["REVIEW_WRITE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
      Issue.record("\(name) was written; read it, then run again without REVIEW_WRITE_GOLDEN")
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "\(name)")
  }
}
