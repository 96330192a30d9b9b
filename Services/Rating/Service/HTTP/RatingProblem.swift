internal import RatingDomain
internal import ReviewEvents
internal import ReviewRules
internal import ServiceRuntime

/// The problems of this service, in one place.
enum RatingProblem {
  static let cycleNotYetKnown = Problem(
    "cycle-not-yet-known", status: 409, title: "Chưa nhận được thông tin kỳ kiểm điểm",
    field: "cycle", retryAfter: .seconds(1))
  static let ruleSetNotLoaded = Problem(
    "rule-set-not-loaded", status: 409, title: "Bộ quy định của kỳ kiểm điểm chưa được nạp",
    field: "cycle")
  static let effectiveLater = Problem(
    "effective-day-ahead", status: 422, title: "Ngày có hiệu lực không được sau hôm nay",
    field: "effectiveOn")
  static let ratingNotFound = Problem(
    "rating-not-found", status: 404, title: "Không có kết quả xếp loại này")

  static func quotaExceeded(_ group: QuotaGroup, _ check: QuotaCheck) -> Problem {
    Problem(
      "quota-exceeded", status: 409,
      title: "Vượt tỷ lệ hoàn thành xuất sắc nhiệm vụ",
      detail: """
        Nhóm \(group.peerGroup) do \(group.managingUnitID) quản lý: đã quyết định \
        \(check.decidedExcellent), được phép \(check.allowed) (\(check.rule.percent)% của \
        \(check.base), \(check.rule.source)).
        """,
      field: "ratings")
  }

  /// One problem for everything in a batch that was refused; nothing of the batch was kept.
  static func refused(_ errors: [FieldError], retry: Bool) -> Problem {
    let first = errors[0]
    return Problem(
      first.slug, status: 409, title: first.reason, field: first.field,
      retryAfter: retry ? .seconds(1) : nil, errors: Array(errors.prefix(errorsMax)),
      errorsTotal: errors.count)
  }

  /// How many refusals of a batch are listed.
  static let errorsMax = 100
}

extension RatingRejection {
  /// The refusal of one item of a batch.
  func fieldError(at index: Int) -> FieldError {
    let (slug, reason) = slugAndReason
    return FieldError(slug: slug, field: "ratings[\(index)].subjectId", reason: reason)
  }

  private var slugAndReason: (String, String) {
    switch self {
    case .notTheSubject:
      ("not-the-subject", "Chỉ đối tượng được xếp loại tự nhận mức xếp loại")
    case .notTheAuthority:
      ("not-the-authority", "Chỉ cấp có thẩm quyền quản lý mới được thẩm định, quyết định")
    case .ownRating: ("own-rating", "Không tham gia xếp loại chính mình")
    case .selfRatingMissing: ("self-rating-missing", "Chưa có mức tự xếp loại")
    case .appraisalMissing: ("appraisal-missing", "Chưa có kết quả thẩm định")
    case .alreadyDecided: ("already-decided", "Đã có quyết định xếp loại")
    case .decisionNumberUsed:
      ("decision-number-used", "Số quyết định này đã dùng cho mức hoặc ngày hiệu lực khác")
    case .notReviewed: ("not-reviewed", "Chưa kiểm điểm thì chưa xếp loại")
    case .openCases: ("case-not-concluded", "Còn nội dung chưa được kết luận")
    case .openSupplements: ("supplement-not-submitted", "Còn phần giải trình bổ sung chưa nộp")
    }
  }
}
