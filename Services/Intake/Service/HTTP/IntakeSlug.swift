import ServiceRuntime

/// The names of what intake refuses, with status and title.
enum IntakeSlug: String, CaseIterable {
  // Who may
  case notYourReport = "not-your-report"
  case notTheManagingUnit = "not-the-managing-unit"
  case notTheProvince = "not-the-province"
  // What is there
  case unknownCycle = "unknown-cycle"
  case unknownUnit = "unknown-unit"
  case unknownPerson = "unknown-person"
  case unknownReport = "unknown-report"
  case unknownReceipt = "unknown-receipt"
  case unknownSupplement = "unknown-supplement"
  case noDraft = "no-draft"
  case unknownRuleSet = "unknown-rule-set"
  case ruleSetNotFound = "rule-set-not-found"
  case ruleSetOutOfScope = "rule-set-out-of-scope"
  // Cycles
  case cycleExists = "cycle-exists"
  case cycleClosed = "cycle-closed"
  case unknownLevel = "unknown-level"
  case milestoneRepeated = "milestone-repeated"
  case unknownPilotUnit = "unknown-pilot-unit"
  case levelWithoutMilestone = "level-without-milestone"
  case unknownSector = "unknown-sector"
  case sectorRepeated = "sector-repeated"
  case periodMissing = "period-missing"
  case periodOutOfOrder = "period-out-of-order"
  case periodNotAQuarter = "period-not-a-quarter"
  case periodOutsideYear = "period-outside-year"
  case periodTooLong = "period-too-long"
  case scopeContradictory = "scope-contradictory"
  case unknownScopeUnit = "unknown-scope-unit"
  case subjectWithoutForm = "subject-without-form"
  // Closing and reopening
  case cycleNotReady = "cycle-not-ready"
  case cycleNotClosed = "cycle-not-closed"
  case reportNotClosed = "report-not-closed"
  case groundMissing = "ground-missing"
  // Reports
  case reportAlreadySubmitted = "report-already-submitted"
  case reportAlreadyReturned = "report-already-returned"
  case reportAlreadyAccepted = "report-already-accepted"
  case reportNotSubmitted = "report-not-submitted"
  case reportLocked = "report-locked"
  case reportWaived = "report-waived"
  case sectionUnknown = "section-unknown"
  case sectionMissing = "section-missing"
  case sectionRepeated = "section-repeated"
  case reasonMissing = "reason-missing"
  case matterUnanswered = "matter-unanswered"
  case matterUnknown = "matter-unknown"
  case answerRepeated = "answer-repeated"
  case answerEmpty = "answer-empty"
  case supplementAlreadySubmitted = "supplement-already-submitted"
  case supplementCancelled = "supplement-cancelled"
  // Changes of organisations and members
  case notAboveTheMember = "not-above-the-member"
  case organisationUnitUnknown = "organisation-unit-unknown"
  case organisationPersonUnknown = "organisation-person-unknown"
  case organisationNotYetThere = "organisation-not-yet-there"
  case organisationNoLongerThere = "organisation-no-longer-there"
  case organisationAlreadyThere = "organisation-already-there"
  case organisationLevelNotInForce = "organisation-level-not-in-force"
  case organisationNothingChanges = "organisation-nothing-changes"
  case organisationNameMissing = "organisation-name-missing"
  case organisationBasisMissing = "organisation-basis-missing"
  case organisationDayUnlikely = "organisation-day-unlikely"
  case organisationOneSuccessor = "organisation-one-successor"
  case organisationTooFewUnits = "organisation-too-few-units"
  case organisationTooFewSuccessors = "organisation-too-few-successors"
  case organisationUnitRepeated = "organisation-unit-repeated"
  case organisationEndsItself = "organisation-ends-itself"
  case organisationNotASuccessor = "organisation-not-a-successor"
  case organisationNotHandedOver = "organisation-not-handed-over"
  case organisationHandedOverTwice = "organisation-handed-over-twice"
  case organisationNotHeld = "organisation-not-held"
  case organisationTooManySubjects = "organisation-too-many-subjects"
  case organisationCircular = "organisation-circular"
  case organisationManagerNotAbove = "organisation-manager-not-above"
  case organisationManagerMissing = "organisation-manager-missing"
  case organisationContradictsLater = "organisation-contradicts-later-change"
  case organisationPostRepeated = "organisation-post-repeated"
  case cycleNotLaunched = "cycle-not-launched"
  // More time
  case extensionUndecided = "extension-undecided"
  case extensionNotRequested = "extension-not-requested"
  case extensionNotLater = "extension-not-later"
  case extensionReasonMissing = "extension-reason-missing"
  case extensionDateUnexpected = "extension-date-unexpected"
  // Outages
  case outageEmpty = "outage-empty"
  // Approvals
  case ruleSetFingerprintDiffers = "rule-set-fingerprint-differs"
  case ruleSetNotApproved = "rule-set-not-approved"
  // Documents and plans
  case notAnOrganisation = "not-an-organisation"
  case unknownDocument = "unknown-document"
  case documentNumberMalformed = "document-number-malformed"
  case documentIssuerBlank = "document-issuer-blank"
  case documentExists = "document-exists"
  case documentKnown = "document-known"
  case notYourPlan = "not-your-plan"
  case planUnitUnknown = "plan-unit-unknown"
  case planNotOwed = "plan-not-owed"
  case planDocumentUnknown = "plan-document-unknown"
  case planNotYetAdopted = "plan-not-yet-adopted"
  // Lines of imports
  case idRepeated = "import-id-repeated"
  case levelUnknown = "import-level-unknown"
  case levelChanged = "import-level-changed"
  case unitUnknown = "import-unit-unknown"
  case treeCircular = "import-tree-circular"
  case notAbove = "import-manager-not-above"
  case managerMissing = "import-manager-missing"
  case importContradictsLater = "import-contradicts-later-change"
  case sectorUnknown = "import-sector-unknown"
  case personUnknown = "import-person-unknown"
  case notThere = "import-not-there"
  case rankRepeated = "import-rank-repeated"
  case rankLeftOut = "import-rank-left-out"
  case postRepeated = "import-post-repeated"
  case decisionDiffers = "import-decision-differs"
  case basisMissing = "import-legal-basis-missing"

  /// The HTTP status that goes with it.
  var status: Int {
    switch self {
    case .notYourReport, .notTheManagingUnit, .notTheProvince, .notAboveTheMember: 403
    case .unknownCycle, .unknownUnit, .unknownPerson, .unknownReport, .unknownReceipt,
      .unknownSupplement, .noDraft, .ruleSetNotFound:
      404
    case .cycleExists, .cycleClosed, .levelWithoutMilestone, .subjectWithoutForm,
      .reportAlreadySubmitted, .reportAlreadyReturned, .reportAlreadyAccepted,
      .reportNotSubmitted, .reportLocked, .reportWaived, .supplementAlreadySubmitted,
      .supplementCancelled, .extensionUndecided, .extensionNotRequested:
      409
    case .organisationNotYetThere, .organisationNoLongerThere, .organisationAlreadyThere,
      .organisationContradictsLater, .cycleNotLaunched, .cycleNotReady, .cycleNotClosed,
      .reportNotClosed:
      409
    case .organisationUnitUnknown, .organisationPersonUnknown, .organisationLevelNotInForce,
      .organisationNothingChanges, .organisationNameMissing, .organisationBasisMissing,
      .organisationDayUnlikely, .organisationOneSuccessor, .organisationTooFewUnits,
      .organisationTooFewSuccessors, .organisationUnitRepeated, .organisationEndsItself,
      .organisationNotASuccessor, .organisationNotHandedOver, .organisationHandedOverTwice,
      .organisationNotHeld, .organisationTooManySubjects, .organisationCircular,
      .organisationManagerNotAbove, .organisationManagerMissing, .organisationPostRepeated,
      .importContradictsLater, .groundMissing:
      422
    case .unknownRuleSet, .ruleSetOutOfScope, .unknownLevel, .milestoneRepeated,
      .unknownPilotUnit, .sectionUnknown, .sectionMissing, .sectionRepeated, .reasonMissing,
      .matterUnanswered, .matterUnknown, .answerRepeated, .answerEmpty, .outageEmpty, .idRepeated,
      .levelUnknown, .levelChanged, .unitUnknown, .treeCircular, .notAbove, .managerMissing,
      .extensionNotLater, .extensionReasonMissing, .extensionDateUnexpected:
      422
    case .notAnOrganisation, .notYourPlan: 403
    case .unknownDocument: 404
    case .ruleSetFingerprintDiffers, .ruleSetNotApproved, .documentExists, .documentKnown: 409
    case .documentNumberMalformed, .documentIssuerBlank, .planUnitUnknown, .planNotOwed,
      .planDocumentUnknown, .planNotYetAdopted:
      422
    case .unknownSector, .sectorRepeated, .periodMissing, .periodOutOfOrder, .periodNotAQuarter,
      .periodOutsideYear, .periodTooLong, .scopeContradictory, .unknownScopeUnit, .sectorUnknown,
      .personUnknown, .notThere, .rankRepeated, .rankLeftOut, .postRepeated, .decisionDiffers,
      .basisMissing:
      422
    }
  }

  /// What people read.
  var title: String {
    switch self {
    case .notYourReport: "Chỉ đối tượng kiểm điểm mới được viết và gửi báo cáo này"
    case .notTheManagingUnit: "Chỉ cấp quản lý hoặc cấp trên mới được trả lại, chấp nhận, mở lại"
    case .notTheProvince: "Chỉ cấp cao nhất mới được thực hiện việc này"
    case .unknownCycle: "Không có kỳ kiểm điểm này"
    case .unknownUnit: "Không có tổ chức này"
    case .unknownPerson: "Không có đảng viên này"
    case .unknownReport: "Không có báo cáo này"
    case .unknownReceipt: "Không có giấy biên nhận này"
    case .unknownSupplement: "Không có yêu cầu bổ sung cho vụ việc này"
    case .noDraft: "Chưa có bản nháp"
    case .unknownRuleSet, .ruleSetNotFound: "Không có bộ quy định này"
    case .ruleSetOutOfScope: "Bộ quy định không áp dụng cho năm hoặc loại kỳ này"
    case .cycleExists: "Kỳ kiểm điểm đã có với nội dung khác"
    case .cycleClosed: "Kỳ kiểm điểm đã đóng"
    case .unknownLevel: "Bộ quy định không có cấp này"
    case .milestoneRepeated: "Mốc thời hạn bị lặp"
    case .unknownPilotUnit: "Không có đơn vị làm điểm này"
    case .levelWithoutMilestone: "Có cấp quản lý chưa có thời hạn nộp báo cáo"
    case .subjectWithoutForm: "Có đối tượng chưa có mẫu báo cáo"
    case .cycleNotReady: "Kỳ kiểm điểm còn việc chưa xong"
    case .cycleNotClosed: "Kỳ kiểm điểm chưa đóng, không cần mở lại"
    case .reportNotClosed: "Báo cáo đang mở, không cần mở lại"
    case .groundMissing: "Phải nêu lý do và căn cứ"
    case .unknownSector: "Bộ quy định không có ngành này"
    case .sectorRepeated: "Ngành bị lặp"
    case .periodMissing: "Kỳ quý và kỳ nhiệm kỳ phải nêu thời gian kiểm điểm"
    case .periodOutOfOrder: "Ngày cuối phải không trước ngày đầu"
    case .periodNotAQuarter: "Kỳ quý phải là một quý của năm kiểm điểm"
    case .periodOutsideYear: "Thời gian kiểm điểm phải có ngày thuộc năm kiểm điểm"
    case .periodTooLong: "Thời gian kiểm điểm quá dài đối với loại kỳ này"
    case .scopeContradictory: "Phạm vi kỳ kiểm điểm để trống hoặc tự mâu thuẫn"
    case .unknownScopeUnit: "Không có tổ chức này để đưa vào phạm vi"
    case .reportAlreadySubmitted: "Báo cáo đã nộp, đang chờ cấp quản lý"
    case .reportAlreadyReturned: "Báo cáo đang được trả lại để viết lại"
    case .reportAlreadyAccepted: "Báo cáo đã được chấp nhận"
    case .reportNotSubmitted: "Báo cáo chưa được nộp"
    case .reportLocked: "Báo cáo quá hạn đã bị khóa, phải được mở lại"
    case .reportWaived: "Không còn ai phải nộp báo cáo này"
    case .sectionUnknown: "Mẫu báo cáo không có mục này"
    case .sectionMissing: "Thiếu mục bắt buộc"
    case .sectionRepeated: "Mục bị lặp"
    case .reasonMissing: "Phải nêu lý do trả lại cho từng mục"
    case .matterUnanswered: "Còn nội dung gợi ý kiểm điểm chưa được giải trình"
    case .matterUnknown: "Nội dung này không được gợi ý kiểm điểm hoặc đã rút"
    case .answerRepeated: "Nội dung gợi ý được trả lời nhiều lần"
    case .answerEmpty: "Phần giải trình để trống"
    case .supplementAlreadySubmitted: "Phần bổ sung đã nộp"
    case .supplementCancelled: "Phần bổ sung không còn cần thiết"
    case .notAboveTheMember:
      "Chỉ cấp cao nhất, tổ chức của đảng viên hoặc cấp trên mới được thực hiện việc này"
    case .organisationUnitUnknown: "Không có tổ chức được nêu"
    case .organisationPersonUnknown: "Không có đảng viên được nêu"
    case .organisationNotYetThere: "Tổ chức hoặc đảng viên chưa có vào ngày này"
    case .organisationNoLongerThere: "Tổ chức hoặc đảng viên không còn vào ngày này"
    case .organisationAlreadyThere: "Mã này đã được dùng"
    case .organisationLevelNotInForce: "Không có tổ chức thuộc cấp này vào ngày này"
    case .organisationNothingChanges: "Không nêu thay đổi nào"
    case .organisationNameMissing: "Tên để trống"
    case .organisationBasisMissing: "Phải nêu văn bản làm căn cứ"
    case .organisationDayUnlikely: "Ngày có hiệu lực phải từ năm 1930 đến năm 2100"
    case .organisationOneSuccessor: "Phải nêu đúng một tổ chức tiếp nhận"
    case .organisationTooFewUnits: "Sáp nhập cần ít nhất hai tổ chức"
    case .organisationTooFewSuccessors: "Chia tách cần ít nhất hai tổ chức tiếp nhận"
    case .organisationUnitRepeated: "Tổ chức bị nêu lặp"
    case .organisationEndsItself: "Tổ chức kết thúc hoạt động không thể tự tiếp nhận"
    case .organisationNotASuccessor: "Tổ chức này không phải tổ chức tiếp nhận"
    case .organisationNotHandedOver: "Có tổ chức hoặc đảng viên chưa được bàn giao"
    case .organisationHandedOverTwice: "Đối tượng được bàn giao nhiều lần"
    case .organisationNotHeld: "Đối tượng không thuộc tổ chức này"
    case .organisationTooManySubjects: "Quá nhiều đối tượng phải bàn giao trong một quyết định"
    case .organisationCircular: "Tổ chức cấp trên tạo thành vòng lặp"
    case .organisationManagerNotAbove: "Tổ chức quản lý không phải cấp trên"
    case .organisationManagerMissing: "Tổ chức được kiểm điểm phải có tổ chức quản lý"
    case .organisationContradictsLater: "Mâu thuẫn với thay đổi đã ghi nhận cho ngày sau đó"
    case .organisationPostRepeated: "Mỗi tổ chức chỉ nêu một chức vụ"
    case .cycleNotLaunched: "Kỳ kiểm điểm chưa được phát động"
    case .importContradictsLater: "Mâu thuẫn với thay đổi đã ghi nhận cho ngày sau đó"
    case .extensionUndecided: "Đề nghị gia hạn trước chưa được quyết định"
    case .extensionNotRequested: "Không có đề nghị gia hạn nào để quyết định"
    case .extensionNotLater: "Thời hạn mới phải sau thời hạn hiện tại và sau thời điểm này"
    case .extensionReasonMissing: "Phải nêu lý do"
    case .extensionDateUnexpected: "Không gia hạn thì không nêu thời hạn mới"
    case .outageEmpty: "Thời điểm kết thúc phải sau thời điểm bắt đầu"
    case .ruleSetFingerprintDiffers: "Bộ quy định hiện có khác với nội dung được phê duyệt"
    case .ruleSetNotApproved: "Bộ quy định chưa được phê duyệt hoặc đã thay đổi sau khi phê duyệt"
    case .notAnOrganisation: "Chỉ tổ chức đã có trong hệ thống mới được đăng ký văn bản"
    case .unknownDocument: "Không có văn bản này"
    case .documentNumberMalformed: "Số, ký hiệu văn bản không đúng, ví dụ đúng: 57-KH/TU"
    case .documentIssuerBlank: "Thiếu cơ quan ban hành văn bản"
    case .documentExists: "Mã văn bản đã dùng cho một văn bản khác"
    case .documentKnown: "Văn bản này đã được đăng ký với mã khác"
    case .notYourPlan: "Chỉ tổ chức ban hành kế hoạch hoặc cấp trên mới được ghi nhận kế hoạch"
    case .planUnitUnknown: "Không có tổ chức này"
    case .planNotOwed: "Kỳ kiểm điểm không yêu cầu tổ chức này ban hành kế hoạch"
    case .planDocumentUnknown: "Văn bản của kế hoạch chưa được đăng ký"
    case .planNotYetAdopted: "Ngày ban hành kế hoạch chưa tới"
    case .idRepeated: "Mã bị lặp trong tệp"
    case .levelUnknown: "Không có bộ quy định nào có cấp này"
    case .levelChanged: "Không được đổi cấp của tổ chức đã có"
    case .unitUnknown: "Không có tổ chức với mã này"
    case .treeCircular: "Tổ chức cấp trên tạo thành vòng lặp"
    case .notAbove: "Tổ chức quản lý không phải cấp trên"
    case .managerMissing: "Tổ chức được kiểm điểm phải có tổ chức quản lý"
    case .sectorUnknown: "Không có bộ quy định nào có ngành này"
    case .personUnknown: "Không có đảng viên với mã này"
    case .notThere: "Vào ngày này không có tổ chức hoặc đảng viên này"
    case .rankRepeated: "Thứ tự chức vụ bị lặp"
    case .rankLeftOut: "Thiếu dòng của chức vụ đứng trước"
    case .postRepeated: "Chức vụ tại tổ chức này bị lặp"
    case .decisionDiffers: "Các chức vụ của một đảng viên phải theo cùng một quyết định"
    case .basisMissing: "Phải nêu số quyết định"
    }
  }
}

extension Problem {
  /// A problem of intake's own.
  init(
    _ slug: IntakeSlug, detail: String? = nil, field: String? = nil, errors: [FieldError] = []
  ) {
    self.init(
      slug.rawValue, status: slug.status, title: slug.title, detail: detail,
      field: field ?? errors.first?.field, errors: errors)
  }

  /// A problem with one entry for each of `items`.
  init(_ slug: IntakeSlug, each items: [(field: String, reason: String)]) {
    self.init(
      slug, detail: items.first?.reason,
      errors: items.map { FieldError(slug: slug.rawValue, field: $0.field, reason: $0.reason) })
  }
}
