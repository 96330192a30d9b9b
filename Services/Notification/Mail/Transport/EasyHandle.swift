private import CCurl
private import Glibc

/// A libcurl call that failed; libcurl's words for it name neither a person nor a host.
struct CurlFault: Error {
  let code: UInt32
  var words: String { unsafe String(cString: curl_easy_strerror(CURLcode(code))) }
}

/// Owns one libcurl easy handle, and with it at most one connection, and closes it exactly once.
///
/// `@unchecked Sendable`: "You must never share the same handle in multiple threads. You can pass
/// the handles around among threads, but you must never use a single handle from more than one
/// thread at any given time" (libcurl-thread(3)); the connection actor is the only user.
@safe struct EasyHandle: ~Copyable, @unchecked Sendable {
  private let raw: UnsafeMutableRawPointer

  /// Once per process, and thread-safe since libcurl 7.84.
  private static let isLibraryReady = review_curl_global_init() == CURLE_OK

  /// A handle with all settings that stay the same from mail to mail; nothing is connected yet.
  static func open(_ settings: SMTPSettings) throws(CurlFault) -> EasyHandle {
    guard isLibraryReady, let raw = unsafe curl_easy_init() else {
      throw CurlFault(code: CURLE_FAILED_INIT.rawValue)
    }
    let handle = unsafe EasyHandle(raw: raw)
    try handle.configure(settings)
    return handle
  }

  private init(raw: UnsafeMutableRawPointer) { unsafe self.raw = unsafe raw }

  deinit {
    // Cleaning up says QUIT and waits for the answer, two minutes where the server hangs. With the
    // receiving side shut down, QUIT still goes out and the answer is not waited for.
    shutSocket(Int32(SHUT_RD))
    unsafe curl_easy_cleanup(raw)
  }

  /// Shuts down one or both sides of the connection, if there is one.
  private func shutSocket(_ sides: Int32) {
    var socket = CURL_SOCKET_BAD
    guard unsafe review_curl_active_socket(raw, &socket) == CURLE_OK, socket != CURL_SOCKET_BAD
    else { return }
    // A failure means that the connection is gone already, which is what is wanted.
    _ = shutdown(socket, sides)
  }

  private func configure(_ settings: SMTPSettings) throws(CurlFault) {
    try set(CURLOPT_URL, settings.url)
    try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    // An empty proxy also shuts out those that environment variables name.
    try set(CURLOPT_PROXY, "")
    // Signals would hit other threads of the process.
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_TCP_NODELAY, 1)
    try set(CURLOPT_UPLOAD, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeLimit.wholeMilliseconds)
    try set(CURLOPT_TIMEOUT_MS, settings.sendTimeLimit.wholeMilliseconds)
    try set(CURLOPT_MAXAGE_CONN, Int(SMTPSettings.idleTimeLimit.components.seconds))
    try set(CURLOPT_MAXCONNECTS, 1)
    try configureEncryption(settings)
    try check(unsafe review_curl_set_read(raw, readBytes))
    try check(unsafe review_curl_set_debug(raw, followConversation))
    try check(unsafe review_curl_set_progress(raw, followProgress))
    // Verbose and progress are what make libcurl call the two functions above; nothing is printed.
    try set(CURLOPT_VERBOSE, 1)
    try set(CURLOPT_NOPROGRESS, 0)
  }

  private func configureEncryption(_ settings: SMTPSettings) throws(CurlFault) {
    guard settings.encryption != .plainForLocalSink else { return }
    try set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = settings.authorityFile {
      try set(CURLOPT_CAINFO, file)
      // Without this the system's directory of authorities would be trusted as well.
      try set(CURLOPT_CAPATH, nil)
    }
    if let credentials = settings.credentials {
      try set(CURLOPT_USERNAME, credentials.user)
      try set(CURLOPT_PASSWORD, credentials.password)
    }
  }

  /// Sends one mail and blocks until its outcome is known or the time is up; throws what libcurl
  /// calls a failure, which the transfer then interprets.
  func perform(_ transfer: Transfer, from: MailAddress, to: MailAddress) throws(CurlFault) {
    guard let recipients = unsafe curl_slist_append(nil, to.text) else {
      throw CurlFault(code: CURLE_OUT_OF_MEMORY.rawValue)
    }
    defer { unsafe curl_slist_free_all(recipients) }
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    try set(CURLOPT_MAIL_FROM, from.text)
    try check(unsafe review_curl_setopt_slist(raw, CURLOPT_MAIL_RCPT, recipients))
    for option in [CURLOPT_READDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA] {
      try check(unsafe review_curl_setopt_ptr(raw, option, context))
    }
    // The callbacks hold the transfer without counting; it must live until libcurl returns. Saying
    // QUIT happens later and without them, so they are detached again.
    let result = withExtendedLifetime(transfer) { unsafe curl_easy_perform(raw) }
    for option in [CURLOPT_READDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA] {
      try check(unsafe review_curl_setopt_ptr(raw, option, nil))
    }
    try check(unsafe review_curl_setopt_slist(raw, CURLOPT_MAIL_RCPT, nil))
    // After a failure nothing more is to be said, and a full send buffer must not be waited for.
    if result != CURLE_OK { shutSocket(Int32(SHUT_RDWR)) }
    try check(result)
  }

  private func set(_ option: CURLoption, _ value: Int) throws(CurlFault) {
    try check(unsafe review_curl_setopt_long(raw, option, value))
  }

  private func set(_ option: CURLoption, _ value: String?) throws(CurlFault) {
    try check(unsafe review_curl_setopt_str(raw, option, value))
  }

  private func check(_ code: CURLcode) throws(CurlFault) {
    guard code == CURLE_OK else { throw CurlFault(code: code.rawValue) }
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int {
    Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}

// MARK: What libcurl calls while it performs

/// The transfer behind a callback; nil outside of a transfer.
private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
  guard let context = unsafe context else { return nil }
  return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

private func readBytes(
  buffer: UnsafeMutablePointer<CChar>?, size: Int, count: Int, context: UnsafeMutableRawPointer?
) -> Int {
  guard let transfer = unsafe transfer(context), !transfer.shouldGiveUp else {
    return Int(CURL_READFUNC_ABORT)
  }
  return unsafe transfer.nextBytes(
    into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
}

private func followConversation(
  handle: UnsafeMutableRawPointer?, kind: curl_infotype, bytes: UnsafeMutablePointer<CChar>?,
  size: Int, context: UnsafeMutableRawPointer?
) -> Int32 {
  guard let transfer = unsafe transfer(context) else { return 0 }
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size)
  switch kind {
  case CURLINFO_HEADER_OUT: unsafe transfer.commandLeft(line)
  case CURLINFO_HEADER_IN: unsafe transfer.lineArrived(line)
  default: break
  }
  return 0
}

/// Called about once a second; a non-zero answer gives the transfer up.
private func followProgress(
  context: UnsafeMutableRawPointer?, downTotal: curl_off_t, down: curl_off_t, upTotal: curl_off_t,
  up: curl_off_t
) -> Int32 {
  unsafe transfer(context)?.shouldGiveUp == true ? 1 : 0
}
