/// All that a message may say: no name, no rating, no content and no reason.
public struct MessageView: Sendable, Equatable {
  /// The year under review.
  public var reviewYear: Int
  /// The number of the plan that sets the task.
  public var planNumber: String
  /// The deadline in words, such as `trước ngày 10/12/2021`.
  public var due: String
  /// Whole days until the deadline; negative after it, nil where none is to be shown.
  public var daysLeft: Int?
  /// The page of the portal, behind its login.
  public var portalLink: String
  /// What the recipient names when asking about the message.
  public var referenceNumber: String

  /// Puts together what a message says.
  public init(
    reviewYear: Int, planNumber: String, due: String, daysLeft: Int?, portalLink: String,
    referenceNumber: String
  ) {
    self.reviewYear = reviewYear
    self.planNumber = planNumber
    self.due = due
    self.daysLeft = daysLeft
    self.portalLink = portalLink
    self.referenceNumber = referenceNumber
  }

  /// The only names that a template may use.
  enum Field: String, CaseIterable {
    case reviewYear, planNumber, due, timeLeft, portalLink, referenceNumber
  }

  /// The text behind each field; an absent one leaves its section out.
  var fields: [String: String] {
    var fields: [Field: String] = [
      .reviewYear: String(reviewYear), .planNumber: planNumber, .due: due,
      .portalLink: portalLink, .referenceNumber: referenceNumber,
    ]
    fields[.timeLeft] = daysLeft.map(Self.timeLeft)
    return Dictionary(uniqueKeysWithValues: fields.map { ($0.rawValue, $1) })
  }

  private static func timeLeft(_ days: Int) -> String {
    switch days {
    case 1...: "Thời gian còn lại: \(days) ngày."
    case 0: "Hôm nay là ngày cuối cùng."
    default: "Đã quá hạn \(days.magnitude) ngày."
    }
  }
}

/// A message ready to become a mail.
public struct RenderedMessage: Sendable, Equatable {
  /// The subject, on one line.
  public let subject: String
  /// The body as text.
  public let text: String
  /// The body as an HTML document.
  public let html: String
}
