internal import FoundationEssentials
internal import Glibc
internal import ServiceRuntime

/// `status`: asks the admin port of the configured instance and prints what it says.
struct StatusQuestion {
  let json: Bool

  /// - Returns: 0 when all is well, 1 when something is wrong, 2 when nobody answers.
  func run() throws -> Int32 {
    let reader = try SettingsReader.process()
    let port = try reader.read { $0.integer("REVIEW_ADMIN_PORT", in: 1...65_535) }
    guard let body = LoopbackClient.get("/status", port: UInt16(port)) else {
      print("no answer on 127.0.0.1:\(port)")
      return 2
    }
    guard let report = try? JSONDecoder().decode(StatusReport.self, from: Data(body)) else {
      print("127.0.0.1:\(port) answers something else")
      return 2
    }
    print(json ? String(decoding: body, as: UTF8.self) : Self.table(report))
    return report.state == .ok ? 0 : 1
  }

  static func table(_ report: StatusReport) -> String {
    var rows: [(String, String)] = [
      ("service", "\(report.service) (\(report.instance))"), ("state", report.state.rawValue),
    ]
    rows += report.reasons.map { ("reason", $0) }
    if let outbox = report.outbox {
      let count = outbox.isAtLeast ? "at least \(outbox.rows)" : "\(outbox.rows)"
      rows.append(("outbox", "\(count) rows, oldest \(Int(outbox.oldestSeconds)) s"))
    }
    rows += report.lag.sorted { $0.key < $1.key }.map { ("lag \($0)", "\($1) records") }
    if let parked = report.parked {
      rows.append(("parked", "\(parked.streams) streams, \(parked.events) events"))
    }
    if let gaps = report.gaps { rows.append(("gaps", "\(gaps)")) }
    rows.append(("calendar", "\(report.calendar.now), version \(report.calendar.version)"))
    if let cluster = report.publishedCluster { rows.append(("cluster", cluster)) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }.joined(separator: "\n")
  }
}

/// One HTTP question to this machine; no more than `status` needs.
enum LoopbackClient {
  /// How long connecting and each read may take, in seconds.
  private static let patience = 3
  /// The largest answer.
  private static let answerMax = 1_048_576

  /// The body of the answer, or `nil` when nobody answers with 200.
  static func get(_ path: String, port: UInt16) -> [UInt8]? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return nil }
    let question = Array(
      "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    let sent = unsafe question.withUnsafeBytes { bytes in
      unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
    guard sent == question.count else { return nil }
    return body(of: answer(descriptor))
  }

  private static func answer(_ descriptor: Int32) -> [UInt8] {
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 16_384)
    while answer.count < answerMax {
      let count = unsafe part.withUnsafeMutableBytes { bytes in
        unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
      }
      guard count > 0 else { break }
      answer.append(contentsOf: part[..<count])
    }
    return answer
  }

  private static func body(of answer: [UInt8]) -> [UInt8]? {
    let end = Array("\r\n\r\n".utf8)
    guard answer.starts(with: Array("HTTP/1.1 200".utf8)),
      let start = answer.indices.first(where: { answer[$0...].starts(with: end) })
    else { return nil }
    return Array(answer[(start + end.count)...])
  }
}
