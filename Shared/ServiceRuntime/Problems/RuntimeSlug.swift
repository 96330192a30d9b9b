/// The names of what can go wrong before or around a service's own rules, with status and title.
///
/// `docs/reference/errors.md` lists them; a test compares the two.
enum RuntimeSlug: String, CaseIterable, Sendable {
  // The body
  case bodyTooLarge = "body-too-large"
  case bodyIncomplete = "body-incomplete"
  case unsupportedMediaType = "unsupported-media-type"
  case invalidUTF8 = "invalid-utf8"
  case malformedJSON = "malformed-json"
  case tooDeep = "too-deep"
  case duplicateMember = "duplicate-member"
  case unknownMember = "unknown-member"
  case missingMember = "missing-member"
  case wrongType = "wrong-type"
  case textTooLong = "text-too-long"
  case textTooShort = "text-too-short"
  case outOfRange = "out-of-range"
  case notAChoice = "not-a-choice"
  case malformedIdentifier = "malformed-identifier"
  case malformedSubject = "malformed-subject"
  case malformedInstant = "malformed-instant"
  case malformedDate = "malformed-date"
  case tooManyItems = "too-many-items"
  case controlCharacter = "control-character"
  // Tables
  case malformedCSV = "malformed-csv"
  case unknownColumn = "unknown-column"
  case missingColumn = "missing-column"
  case duplicateColumn = "duplicate-column"
  case missingValue = "missing-value"
  case tooManyRows = "too-many-rows"
  case csvHasErrors = "csv-has-errors"
  // Workbooks
  case malformedSpreadsheet = "malformed-spreadsheet"
  case spreadsheetUnsupported = "spreadsheet-unsupported"
  case spreadsheetTooLarge = "spreadsheet-too-large"
  case unknownSheet = "unknown-sheet"
  case formulaInCell = "formula-in-cell"
  case errorInCell = "error-in-cell"
  case spreadsheetHasErrors = "spreadsheet-has-errors"
  // Headers, path, query
  case actorRequired = "actor-required"
  case malformedActor = "malformed-actor"
  case idempotencyKeyRequired = "idempotency-key-required"
  case malformedIdempotencyKey = "malformed-idempotency-key"
  case idempotencyKeyReused = "idempotency-key-reused"
  case malformedHeader = "malformed-header"
  case malformedPath = "malformed-path"
  case unknownParameter = "unknown-parameter"
  case duplicateParameter = "duplicate-parameter"
  case missingParameter = "missing-parameter"
  case malformedParameter = "malformed-parameter"
  case versionRequired = "version-required"
  case versionStale = "version-stale"
  // Routes
  case unknownRoute = "unknown-route"
  case methodNotAllowed = "method-not-allowed"
  // The state of the service
  case requestInProgress = "request-in-progress"
  case changedMeanwhile = "changed-meanwhile"
  case subjectNotYetKnown = "subject-not-yet-known"
  case notYetVisible = "not-yet-visible"
  case overloaded = "overloaded"
  case busy = "busy"
  case storeUnavailable = "store-unavailable"
  case publishingBehind = "publishing-behind"
  case notReady = "not-ready"
  case shuttingDown = "shutting-down"
  case clockVersionStale = "clock-version-stale"
  case clockFixed = "clock-fixed"
  case `internal` = "internal"

  /// The HTTP status that goes with it.
  var status: Int {
    switch self {
    case .unknownRoute: 404
    case .methodNotAllowed: 405
    case .requestInProgress, .changedMeanwhile, .subjectNotYetKnown, .clockVersionStale,
      .clockFixed:
      409
    case .versionStale: 412
    case .bodyTooLarge, .spreadsheetTooLarge: 413
    case .unsupportedMediaType: 415
    case .idempotencyKeyReused, .csvHasErrors, .spreadsheetHasErrors: 422
    case .versionRequired: 428
    case .internal: 500
    case .notYetVisible, .overloaded, .busy, .storeUnavailable, .publishingBehind, .shuttingDown,
      .notReady:
      503
    default: 400
    }
  }

  /// What people read.
  var title: String {
    guard let title = Self.titles[self] else { preconditionFailure("\(rawValue) has no title") }
    return title
  }

  /// The one table of Vietnamese titles.
  static let titles: [RuntimeSlug: String] = [
    .bodyTooLarge: "Nội dung gửi lên quá lớn",
    .bodyIncomplete: "Nội dung gửi lên chưa đầy đủ",
    .unsupportedMediaType: "Kiểu nội dung không được hỗ trợ",
    .invalidUTF8: "Nội dung không phải UTF-8 hợp lệ",
    .malformedJSON: "JSON sai cú pháp",
    .tooDeep: "JSON lồng nhau quá sâu",
    .duplicateMember: "Thành phần bị lặp",
    .unknownMember: "Thành phần không được biết đến",
    .missingMember: "Thiếu thành phần bắt buộc",
    .wrongType: "Sai kiểu dữ liệu",
    .textTooLong: "Văn bản quá dài",
    .textTooShort: "Văn bản quá ngắn",
    .outOfRange: "Số ngoài phạm vi cho phép",
    .notAChoice: "Giá trị không nằm trong danh mục",
    .malformedIdentifier: "Mã định danh không hợp lệ",
    .malformedSubject: "Đối tượng kiểm điểm không hợp lệ",
    .malformedInstant: "Thời điểm không hợp lệ",
    .malformedDate: "Ngày không hợp lệ",
    .tooManyItems: "Danh sách quá dài",
    .controlCharacter: "Văn bản chứa ký tự điều khiển",
    .malformedCSV: "Tệp CSV sai cú pháp",
    .unknownColumn: "Cột không được biết đến",
    .missingColumn: "Thiếu cột bắt buộc",
    .duplicateColumn: "Cột bị lặp",
    .missingValue: "Thiếu giá trị bắt buộc",
    .tooManyRows: "Bảng có quá nhiều dòng",
    .csvHasErrors: "Tệp CSV có lỗi",
    .malformedSpreadsheet: "Tệp XLSX bị hỏng hoặc sai cấu trúc",
    .spreadsheetUnsupported: "Tệp XLSX dùng tính năng không được hỗ trợ",
    .spreadsheetTooLarge: "Tệp XLSX vượt giới hạn cho phép",
    .unknownSheet: "Không có trang tính này",
    .formulaInCell: "Ô chứa công thức",
    .errorInCell: "Ô chứa giá trị lỗi",
    .spreadsheetHasErrors: "Tệp XLSX có lỗi",
    .actorRequired: "Thiếu thông tin người thực hiện",
    .malformedActor: "Thông tin người thực hiện không hợp lệ",
    .idempotencyKeyRequired: "Thiếu khóa chống gửi trùng",
    .malformedIdempotencyKey: "Khóa chống gửi trùng không hợp lệ",
    .idempotencyKeyReused: "Khóa chống gửi trùng đã dùng cho nội dung khác",
    .malformedHeader: "Tiêu đề yêu cầu không hợp lệ",
    .malformedPath: "Đường dẫn không hợp lệ",
    .unknownParameter: "Tham số không được biết đến",
    .duplicateParameter: "Tham số bị lặp",
    .missingParameter: "Thiếu tham số bắt buộc",
    .malformedParameter: "Tham số không hợp lệ",
    .versionRequired: "Phải cho biết phiên bản đang sửa",
    .versionStale: "Phiên bản đang sửa đã cũ",
    .unknownRoute: "Không có địa chỉ này",
    .methodNotAllowed: "Phương thức không được phép",
    .requestInProgress: "Yêu cầu này đang được xử lý",
    .changedMeanwhile: "Dữ liệu vừa được người khác thay đổi",
    .subjectNotYetKnown: "Đối tượng chưa được biết đến, hãy thử lại sau",
    .notYetVisible: "Dữ liệu chưa cập nhật kịp",
    .overloaded: "Hệ thống đang quá tải",
    .busy: "Hệ thống đang bận",
    .storeUnavailable: "Cơ sở dữ liệu tạm thời không sẵn sàng",
    .publishingBehind: "Việc gửi sự kiện đang chậm, tạm dừng nhận thay đổi",
    .notReady: "Dịch vụ chưa sẵn sàng",
    .shuttingDown: "Dịch vụ đang dừng",
    .clockVersionStale: "Phiên bản đồng hồ đã cũ",
    .clockFixed: "Đồng hồ không thể thay đổi",
    .internal: "Lỗi nội bộ",
  ]
}
