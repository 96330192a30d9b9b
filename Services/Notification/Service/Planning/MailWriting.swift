internal import NotificationDomain
internal import ReviewEvents

/// Writes mails and judges addresses.
///
/// A port, so that what plans mails depends on neither templates nor transport: replay brings its
/// own (contract 12).
protocol MailWriting: Sendable {
  /// The Message-ID of a delivery, without angle brackets.
  func messageID(of delivery: DeliveryID) -> String
  /// The mail of `order`, as it goes over the wire: ASCII only.
  func write(_ order: MailOrder, delivery: DeliveryID, to address: String) throws -> String
  /// Whether mail can be sent to this address.
  func accepts(address: String) -> Bool
}
