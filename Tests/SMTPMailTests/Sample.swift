import Foundation

@testable import SMTPMail

/// Values that the tests share.
enum Sample {
  /// Sun, 05 Dec 2021 08:07:09 in Việt Nam.
  static let date = Date(timeIntervalSince1970: 1_638_666_429)

  static func message(
    subject: String = "Nhắc việc: nộp báo cáo kiểm điểm năm 2021",
    text: String = "Kính gửi đồng chí,\nđề nghị nộp báo cáo.\n",
    html: String = "<p>Kính gửi đồng chí,</p>", fromName: String? = "Hệ thống kiểm điểm",
    headers: [MailHeader] = []
  ) throws -> MailMessage {
    try MailMessage(
      from: MailAddress("kiem-diem@example.org"), fromName: fromName.map(HeaderText.init),
      to: MailAddress("nguoi.nhan@example.org"), subject: HeaderText(subject), text: text,
      html: html, date: date, messageID: MessageID("d-0001.reminder@kiemdiem.example.org"),
      headers: headers)
  }

  static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
  }
}
