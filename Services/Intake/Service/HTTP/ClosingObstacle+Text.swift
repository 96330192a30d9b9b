import IntakeDomain

extension ClosingObstacle.Kind {
  /// What people read.
  var reason: String {
    switch self {
    case .requested: "Báo cáo chưa nộp, chưa có bản nháp"
    case .drafted: "Báo cáo mới có bản nháp, chưa nộp"
    case .submitted: "Báo cáo đã nộp, đang chờ cấp quản lý xem xét"
    case .returned: "Báo cáo đã trả lại hoặc mở lại, chưa nộp lại"
    case .locked: "Báo cáo quá hạn đã bị khóa, chưa nộp"
    case .extensionUndecided: "Đề nghị gia hạn chưa được quyết định"
    case .supplementOpen: "Phần giải trình bổ sung chưa nộp"
    case .matterUnanswered: "Nội dung gợi ý kiểm điểm chưa được giải trình"
    }
  }
}
