public import CaseTrackingDomain
import ReviewEvents
public import ServiceRuntime

extension CaseRejection: ProblemConvertible {
  /// The answer: the raw value is the slug.
  public var problem: Problem {
    Problem(
      rawValue, status: status, title: title,
      retryAfter: self == .unitNotYetKnown ? .seconds(1) : nil)
  }

  private var status: Int {
    switch self {
    case .unknownCase: 404
    case .notAuthorised, .authorityStandsApart, .notTheOwner, .verifiedByOwner: 403
    case .malformedMatters, .mattersNotCovered, .impossibleConferenceDate, .ownerIsAuthority,
      .dateInThePast, .newDateRequired, .newDateNotExpected, .sameCycle:
      422
    case .alreadyProposed, .unitNotYetKnown, .notApproved, .notIssued, .alreadyIssued,
      .answerInTheReport, .alreadyExplained, .notExplained, .conferenceNotHeld,
      .conferenceAlreadyHeld, .notConcluded, .alreadyConcluded, .alreadyPlanned, .notPlanned,
      .alreadyRemedied, .remediationOpen, .nothingOpen, .closed, .withdrawn:
      409
    }
  }

  /// What people read.
  var title: String {
    switch self {
    case .unknownCase: "Không có hồ sơ gợi ý kiểm điểm này"
    case .alreadyProposed: "Mã hồ sơ đã được dùng cho một đề xuất khác"
    case .malformedMatters: "Các nội dung gợi ý phải khác nhau"
    case .notAuthorised: "Không có thẩm quyền thực hiện việc này"
    case .authorityStandsApart: "Cấp gợi ý không quản lý đối tượng và không phải cấp trên"
    case .unitNotYetKnown: "Tổ chức chưa được biết đến, hãy thử lại sau"
    case .notApproved: "Đề xuất chưa được phê duyệt"
    case .notIssued: "Văn bản gợi ý chưa được ban hành"
    case .alreadyIssued: "Văn bản gợi ý đã được ban hành"
    case .answerInTheReport: "Nội dung này phải được giải trình trong báo cáo kiểm điểm"
    case .alreadyExplained: "Các nội dung đã được giải trình"
    case .mattersNotCovered: "Mỗi nội dung phải được nêu đúng một lần"
    case .notExplained: "Còn nội dung chưa được giải trình"
    case .conferenceNotHeld: "Hội nghị kiểm điểm chưa được tổ chức"
    case .conferenceAlreadyHeld: "Biên bản hội nghị đã được ghi nhận"
    case .impossibleConferenceDate: "Ngày hội nghị không hợp lý"
    case .notConcluded: "Cấp có thẩm quyền chưa kết luận"
    case .alreadyConcluded: "Cấp có thẩm quyền đã kết luận"
    case .alreadyPlanned: "Kế hoạch khắc phục đã được lập"
    case .ownerIsAuthority: "Cấp thẩm tra không thể tự chịu trách nhiệm khắc phục"
    case .notPlanned: "Nội dung chưa có trong kế hoạch khắc phục"
    case .dateInThePast: "Thời hạn phải ở trong tương lai"
    case .notTheOwner: "Chỉ người chịu trách nhiệm mới được báo cáo tiến độ"
    case .verifiedByOwner: "Người chịu trách nhiệm không được tự thẩm tra"
    case .newDateRequired: "Nội dung chưa khắc phục xong cần thời hạn mới"
    case .newDateNotExpected: "Nội dung đã khắc phục không cần thời hạn mới"
    case .alreadyRemedied: "Nội dung đã được khắc phục"
    case .remediationOpen: "Còn nội dung chưa khắc phục xong"
    case .nothingOpen: "Không còn nội dung nào để chuyển kỳ"
    case .sameCycle: "Hồ sơ đang thuộc kỳ này"
    case .closed: "Hồ sơ đã kết thúc"
    case .withdrawn: "Văn bản gợi ý đã được thu hồi"
    }
  }
}

extension Problem {
  /// 409 for a cycle that intake has not told of yet (contract 2).
  static func cycleNotYetKnown(field: String) -> Problem {
    Problem(
      "cycle-not-yet-known", status: 409, title: "Kỳ kiểm điểm chưa được biết đến, hãy thử lại sau",
      field: field, retryAfter: .seconds(1))
  }

  /// 409 for an organisation that intake has not told of yet (contract 2).
  static func unitNotYetKnown(field: String) -> Problem {
    var problem = CaseRejection.unitNotYetKnown.problem
    problem.field = field
    return problem
  }

  /// 409 for a subject that is not there any more.
  static func subjectGone(field: String) -> Problem {
    Problem(
      "subject-gone", status: 409, title: "Đối tượng không còn là đối tượng kiểm điểm",
      field: field)
  }

  /// 409 for an organisation that is not there any more.
  static func unitGone(field: String) -> Problem {
    Problem("unit-gone", status: 409, title: "Tổ chức không còn tồn tại", field: field)
  }

  /// 404 for an organisation that nobody knows.
  static func unknownUnit() -> Problem {
    Problem("unknown-unit", status: 404, title: "Không có tổ chức này", field: "unit")
  }

  /// 409 for a cycle whose rule set this process did not load.
  static func ruleSetNotLoaded() -> Problem {
    Problem(
      "rule-set-not-loaded", status: 409, title: "Bộ quy tắc của kỳ kiểm điểm chưa được nạp")
  }

  /// 422 for codes that the cycle's rule set does not list.
  static func notInRuleSet(_ fields: [FieldError]) -> Problem {
    Problem(
      fields.first?.slug ?? "unknown-code", status: 422,
      title: fields.first?.reason ?? "Giá trị không nằm trong danh mục",
      field: fields.first?.field, errors: fields)
  }

  /// 409 for a matter's name that another case has.
  static func matterTaken(field: String) -> Problem {
    Problem(
      "matter-already-known", status: 409, title: "Mã nội dung đã thuộc hồ sơ khác", field: field)
  }

  /// 404 for a cycle nobody can list cases of.
  static func unknownCycle() -> Problem {
    Problem("unknown-cycle", status: 404, title: "Không có kỳ kiểm điểm này", field: "cycle")
  }
}
