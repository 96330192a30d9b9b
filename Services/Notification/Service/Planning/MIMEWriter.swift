internal import FoundationEssentials
internal import NotificationDomain
internal import NotificationMessages
internal import ReviewEvents
internal import SMTPMail

/// Writes mails from the templates.
struct MIMEWriter: MailWriting {
  private let catalog: MessageCatalog
  private let from: MailAddress
  private let portalLink: String
  private let namesKind: Bool

  /// - Parameter namesKind: whether a header tells the kind of mail. Only the local sink, which
  ///   counts by it, may see that: on its way through other servers it would tell that somebody is
  ///   under a suggested review.
  init(from: MailAddress, portalLink: String, namesKind: Bool) throws {
    catalog = try MessageCatalog()
    self.from = from
    self.portalLink = portalLink
    self.namesKind = namesKind
  }

  func messageID(of delivery: DeliveryID) -> String {
    "\(delivery)@\(from.text.drop { $0 != "@" }.dropFirst())"
  }

  func accepts(address: String) -> Bool {
    do throws(MailFormatError) {
      _ = try MailAddress(address)
      return true
    } catch { return false }
  }

  func write(_ order: MailOrder, delivery: DeliveryID, to address: String) throws -> String {
    let kind = order.key.kind
    let message = catalog.render(
      Self.template(kind),
      MessageView(
        reviewYear: order.year, planNumber: order.planNumber, due: order.wording,
        daysLeft: order.daysLeft, portalLink: portalLink,
        referenceNumber: delivery.text.prefix(Self.referenceCharacters).uppercased()))
    let mail = MailMessage(
      from: from, to: try MailAddress(address), subject: try HeaderText(message.subject),
      text: message.text, html: message.html,
      date: Date(timeIntervalSince1970: Double(order.date.milliseconds / 1_000)),
      messageID: try MessageID(messageID(of: delivery)),
      headers: namesKind
        ? [try MailHeader(name: "X-Review-Mail-Kind", value: HeaderText(kind.rawValue))] : [])
    return String(decoding: mail.rendered(), as: UTF8.self)
  }

  /// Enough to find one mail among millions, and short enough to be read out.
  private static let referenceCharacters = 12

  private static func template(_ kind: MailKind) -> MessageKind {
    switch kind {
    case .reportReminder: .reportReminder
    case .reportOverdue: .reportOverdue
    case .reportReceipt: .reportReceipt
    case .reportReturned: .reportReturned
    case .caseIssued: .caseIssued
    case .caseReminder: .caseReminder
    case .caseOverdue: .caseOverdue
    case .supplementRequested: .supplementRequested
    case .extensionGranted: .extensionGranted
    case .extensionRefused: .extensionRefused
    }
  }
}
