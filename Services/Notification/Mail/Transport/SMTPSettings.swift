private import Glibc

/// Where mails are handed over, how the way there is protected, and how long it may take.
///
/// The server is meant to be the organisation's own mail server near by, which does the long
/// queueing, the look-up of receivers and the signing.
public struct SMTPSettings: Sendable {
  /// How the connection is encrypted.
  public enum Encryption: Sendable, Equatable {
    /// STARTTLS; nothing is sent, not even a password, unless it succeeds and the certificate is
    /// valid for the host.
    case required
    /// TLS from the first byte (`smtps`), with the same checks.
    case implicit
    /// No encryption; refused unless the host is this machine.
    case plainForLocalSink
  }

  /// The time that opening the connection, with its TLS, may take.
  public static let connectTimeLimit = Duration.seconds(10)
  /// The time that one mail may take from the first look-up to the last reply.
  public static let sendTimeLimit = Duration.seconds(60)
  /// After this many mails the connection is closed and opened anew.
  public static let messagesPerConnectionMax = 100
  /// A connection that rested longer than this is not used again; servers close idle ones.
  static let idleTimeLimit = Duration.seconds(30)

  let host: String
  let port: UInt16
  let encryption: Encryption
  let credentials: SMTPCredentials?
  let authorityFile: String?
  let connectTimeLimit: Duration
  let sendTimeLimit: Duration
  let messagesPerConnectionMax: Int

  /// Checks the settings; throws on a combination that could send in the clear or wait for ever.
  ///
  /// `authorityFile` names a PEM file of the only authorities to trust, instead of the system's.
  public init(
    host: String, port: UInt16, encryption: Encryption = .required,
    credentials: SMTPCredentials? = nil, authorityFile: String? = nil,
    connectTimeLimit: Duration = Self.connectTimeLimit,
    sendTimeLimit: Duration = Self.sendTimeLimit,
    messagesPerConnectionMax: Int = Self.messagesPerConnectionMax
  ) throws(SMTPSettingsError) {
    guard ASCII.isHostName(host.utf8) || IPAddress(host) != nil else { throw .hostMalformed }
    if encryption == .plainForLocalSink {
      guard Self.isLoopback(host) else { throw .plainBeyondThisMachine }
      guard credentials == nil else { throw .credentialsWithoutEncryption }
    }
    guard connectTimeLimit >= .milliseconds(1), sendTimeLimit >= .milliseconds(1),
      messagesPerConnectionMax >= 1
    else { throw .limitNotPositive }
    self.host = host
    self.port = port
    self.encryption = encryption
    self.credentials = credentials
    self.authorityFile = authorityFile
    self.connectTimeLimit = connectTimeLimit
    self.sendTimeLimit = sendTimeLimit
    self.messagesPerConnectionMax = messagesPerConnectionMax
  }

  /// The address in the form that libcurl takes.
  var url: String {
    let scheme = encryption == .implicit ? "smtps" : "smtp"
    return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || IPAddress(host)?.isLoopback == true
  }
}

/// Why settings are refused.
public enum SMTPSettingsError: Error, Equatable, Sendable {
  /// The host is neither a host name nor an IP address.
  case hostMalformed
  /// A connection without encryption may only reach this machine.
  case plainBeyondThisMachine
  /// A password is never sent in the clear.
  case credentialsWithoutEncryption
  /// The name or the password is empty or holds a control character.
  case credentialsMalformed
  /// A time limit or the number of mails per connection is zero or less.
  case limitNotPositive
}

/// The name and password for the mail server; printing it shows neither.
public struct SMTPCredentials: Sendable, CustomStringConvertible, CustomReflectable {
  let user: String
  let password: String

  /// Checks both; throws when one is empty or holds a control character, which would cut it short.
  public init(user: String, password: String) throws(SMTPSettingsError) {
    guard !user.isEmpty, !password.isEmpty, !user.utf8.contains(where: ASCII.isControl),
      !password.utf8.contains(where: ASCII.isControl)
    else { throw .credentialsMalformed }
    self.user = user
    self.password = password
  }

  /// Says that there are credentials, and nothing about them.
  public var description: String { "SMTPCredentials(not shown)" }
  /// Empty, so that a dump shows nothing either.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A numeric address, recognised by the system and not by its looks: `127.0.0.1.example.org` is a
/// host name.
private struct IPAddress {
  let isLoopback: Bool

  init?(_ text: String) {
    var version4 = in_addr()
    var version6 = in6_addr()
    if unsafe inet_pton(AF_INET, text, &version4) == 1 {
      isLoopback = UInt32(bigEndian: version4.s_addr) >> 24 == 127
    } else if unsafe inet_pton(AF_INET6, text, &version6) == 1 {
      isLoopback = unsafe withUnsafeBytes(of: version6) { bytes in
        unsafe bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
      }
    } else {
      return nil
    }
  }
}
