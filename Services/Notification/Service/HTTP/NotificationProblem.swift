internal import ReviewEvents
internal import ServiceRuntime

/// The problems of this service, in one place.
enum NotificationProblem {
  static let actorNotAUnit = Problem(
    "actor-not-a-unit", status: 403, title: "Việc này phải được thực hiện nhân danh một tổ chức",
    field: "Review-Actor")
  static let unknownDelivery = Problem(
    "unknown-delivery", status: 404, title: "Không có thư này")
  static let deliveryNotUncertain = Problem(
    "delivery-not-uncertain", status: 409,
    title: "Chỉ thư chưa rõ đã gửi hay chưa mới cần quyết định", field: "decision")

  /// What can be wrong with a line of the recipients' table.
  enum Line: String {
    case addressMalformed = "import-address-malformed"
    case languageUnknown = "import-language-unknown"
    case subjectRepeated = "import-subject-repeated"

    var reason: String {
      switch self {
      case .addressMalformed: "địa chỉ thư không hợp lệ"
      case .languageUnknown: "chỉ hỗ trợ ngôn ngữ vi"
      case .subjectRepeated: "đối tượng đã có ở dòng khác"
      }
    }
  }

  /// Refuses whoever does not act for a unit.
  static func requireUnit(_ request: CommandRequest) throws(Problem) {
    guard case .unit(_) = request.actor.onBehalfOf else { throw actorNotAUnit }
  }
}
