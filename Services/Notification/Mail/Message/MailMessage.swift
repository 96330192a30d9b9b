public import Foundation

/// One mail to one recipient, as text and as HTML.
///
/// There is one recipient by design: a list of those who get the same mail can itself be sensitive.
public struct MailMessage: Sendable {
  /// The address that answers and bounces go to.
  public var from: MailAddress
  /// The name shown beside the sender's address.
  public var fromName: HeaderText?
  /// The only recipient.
  public var to: MailAddress
  /// The subject line.
  public var subject: HeaderText
  /// The body for readers without HTML.
  public var text: String
  /// The body as HTML, a whole document.
  public var html: String
  /// When the mail was written; it stays the same in every attempt.
  public var date: Date
  /// The identity of the mail, derived by the caller from the delivery.
  public var messageID: MessageID
  /// Further headers, in this order, behind those that every mail has.
  public var headers: [MailHeader]

  /// Puts a mail together from values that are each checked already.
  public init(
    from: MailAddress, fromName: HeaderText? = nil, to: MailAddress, subject: HeaderText,
    text: String, html: String, date: Date, messageID: MessageID, headers: [MailHeader] = []
  ) {
    self.from = from
    self.fromName = fromName
    self.to = to
    self.subject = subject
    self.text = text
    self.html = html
    self.date = date
    self.messageID = messageID
    self.headers = headers
  }

  /// The bytes to store and to send: equal for equal messages, ASCII only, lines far below 998
  /// bytes, each ended by CR LF.
  public func rendered() -> [UInt8] {
    let boundary = self.boundary
    let lines =
      headerLines(boundary: boundary) + [""]
      + part(text, type: "text/plain", boundary: boundary)
      + part(html, type: "text/html", boundary: boundary) + ["--\(boundary)--", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  private func headerLines(boundary: String) -> [String] {
    [
      "From: \(sender)",
      "To: \(to.text)",
      "Subject: \(EncodedWords.headerValue(subject.text, headerName: "Subject"))",
      "Date: \(MailDate.text(date))",
      "Message-ID: <\(messageID.text)>",
      "MIME-Version: 1.0",
      // Tells holiday notices and other machines that no answer is wanted (RFC 3834; Exchange).
      "Auto-Submitted: auto-generated",
      "X-Auto-Response-Suppress: All",
    ]
      + headers.map { header in
        "\(header.name): \(EncodedWords.headerValue(header.value.text, headerName: header.name))"
      }
      + ["Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\""]
  }

  /// A name is always encoded: that needs no rules for quoting.
  private var sender: String {
    guard let fromName else { return from.text }
    let name = EncodedWords.encoded(fromName.text, firstLineUsed: "From: ".utf8.count)
    return "\(name)\r\n <\(from.text)>"
  }

  /// Base64 keeps every line short and 7-bit, and leaves nothing for a server to rewrite.
  private func part(_ body: String, type: String, boundary: String) -> [String] {
    let lines = body.precomposedStringWithCanonicalMapping
      .split(omittingEmptySubsequences: false, whereSeparator: \.isLineBreak)
    let encoded = Data(lines.joined(separator: "\r\n").utf8).base64EncodedString(
      options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
    return [
      "--\(boundary)", "Content-Type: \(type); charset=utf-8",
      "Content-Transfer-Encoding: base64", "", encoded,
    ]
  }

  /// Derived from the Message-ID, so that rendering again gives the same bytes.
  ///
  /// Base64 has no `_`, so no body can hold it.
  private var boundary: String {
    "=_" + messageID.text.filter { $0.isLetter || $0.isNumber }.prefix(60)
  }
}

extension Character {
  /// The three ways to end a line; others, like U+2028, are left alone as text.
  fileprivate var isLineBreak: Bool { self == "\r\n" || self == "\n" || self == "\r" }
}
