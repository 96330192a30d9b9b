internal import SMTPMail
internal import ServiceRuntime

/// How mail leaves the service.
struct MailSettings: Sendable {
  /// The values of `REVIEW_SMTP_TLS`.
  enum Encryption: String, CaseIterable {
    case required
    case implicit
    case localSink = "local-sink"
  }

  let from: MailAddress
  let portalLink: String
  let encryption: Encryption
  let server: SMTPSettings

  static func read(_ settings: SettingsReader) throws -> MailSettings {
    let value: MailSettings? = try settings.read { settings in
      let host = settings.text("REVIEW_SMTP_HOST", default: "127.0.0.1")
      let port = settings.integer("REVIEW_SMTP_PORT", in: 1...65_535, default: 25)
      let encryption = settings.choice(
        "REVIEW_SMTP_TLS", of: Encryption.self, default: .required)
      let credentials = credentials(&settings)
      let from = address(&settings)
      let portalLink = portal(&settings)
      let server = server(
        host, UInt16(port), encryption ?? .required, credentials, &settings)
      guard let encryption, let from, let server else { return nil }
      return MailSettings(
        from: from, portalLink: portalLink, encryption: encryption, server: server)
    }
    guard let value else { preconditionFailure("a missing setting was reported") }
    return value
  }

  private static func credentials(_ settings: inout SettingsCollector) -> SMTPCredentials? {
    let password = settings.secret(file: "REVIEW_SMTP_PASSWORD_FILE", required: false)
    switch (settings.optionalText("REVIEW_SMTP_USER"), password) {
    case (nil, nil): return nil
    case (let user?, let password?):
      do throws(SMTPSettingsError) {
        return try SMTPCredentials(user: user, password: password.value)
      } catch {
        settings.add("REVIEW_SMTP_USER", "or its password is empty or holds a control character")
        return nil
      }
    case (nil, _):
      settings.add("REVIEW_SMTP_USER", "is not set, but REVIEW_SMTP_PASSWORD_FILE is")
      return nil
    case (_, nil):
      settings.add("REVIEW_SMTP_PASSWORD_FILE", "is not set, but REVIEW_SMTP_USER is")
      return nil
    }
  }

  private static func address(_ settings: inout SettingsCollector) -> MailAddress? {
    let text = settings.text("REVIEW_MAIL_FROM", default: "no-reply@review.invalid")
    do throws(MailFormatError) { return try MailAddress(text) } catch {
      settings.add("REVIEW_MAIL_FROM", "must be one plain address")
      return nil
    }
  }

  private static func portal(_ settings: inout SettingsCollector) -> String {
    let text = settings.text("REVIEW_PORTAL_URL", default: "https://review.invalid")
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    if !isPlain || !(text.hasPrefix("https://") || text.hasPrefix("http://")) {
      settings.add("REVIEW_PORTAL_URL", "must be an http or https address")
    }
    return text
  }

  private static func server(
    _ host: String, _ port: UInt16, _ encryption: Encryption, _ credentials: SMTPCredentials?,
    _ settings: inout SettingsCollector
  ) -> SMTPSettings? {
    let wire: SMTPSettings.Encryption =
      switch encryption {
      case .required: .required
      case .implicit: .implicit
      case .localSink: .plainForLocalSink
      }
    do throws(SMTPSettingsError) {
      return try SMTPSettings(
        host: host, port: port, encryption: wire, credentials: credentials,
        authorityFile: settings.optionalText("REVIEW_SMTP_CA_FILE"))
    } catch {
      let (name, reason) =
        switch error {
        case .hostMalformed: ("REVIEW_SMTP_HOST", "must be a host name or an address")
        case .plainBeyondThisMachine:
          ("REVIEW_SMTP_TLS", "may be local-sink for a server on this machine only")
        case .credentialsWithoutEncryption:
          ("REVIEW_SMTP_TLS", "may not be local-sink with a password")
        case .credentialsMalformed: ("REVIEW_SMTP_USER", "is malformed")
        case .limitNotPositive: ("REVIEW_SMTP_HOST", "has a limit of zero")
        }
      settings.add(name, reason)
      return nil
    }
  }
}
