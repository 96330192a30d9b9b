// Hands the mails of its standard input over, one after the other on one connection, and prints how
// many seconds that took: transport alone, as the benchmark compares it with smtplib. Never shipped.
//
// Each mail comes as a line `ADDRESS BYTES` and then that many bytes.
import Foundation
import SMTPMail

struct Mail {
  let address: MailAddress
  let bytes: [UInt8]
}

struct Malformed: Error {}

func end(_ reason: String) -> Never {
  FileHandle.standardError.write(Data("\(reason)\n".utf8))
  exit(2)
}

func mails(in input: [UInt8]) throws -> [Mail] {
  var mails: [Mail] = []
  var rest = input[...]
  while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
    let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
    guard words.count == 2, let count = Int(words[1]), count > 0 else { throw Malformed() }
    let body = rest[(end + 1)...].prefix(count)
    guard body.count == count else { throw Malformed() }
    mails.append(Mail(address: try MailAddress(String(words[0])), bytes: Array(body)))
    rest = rest[body.endIndex...]
  }
  return mails
}

guard CommandLine.arguments.count == 2, let port = UInt16(CommandLine.arguments[1]) else {
  end("usage: mail-transport PORT < mails")
}
let all = try mails(in: Array(FileHandle.standardInput.readDataToEndOfFile()))
let sender = try MailAddress("no-reply@review.invalid")
let connection = SMTPConnection(
  settings: try SMTPSettings(
    host: "127.0.0.1", port: port, encryption: .plainForLocalSink,
    messagesPerConnectionMax: all.count + 1))
let clock = ContinuousClock()
let begin = clock.now
try await connection.carry {
  for mail in all {
    let outcome = await connection.send(mail.bytes, from: sender, to: mail.address)
    guard case .accepted = outcome else { end("not accepted: \(outcome.note)") }
  }
}
let took = begin.duration(to: clock.now)
await connection.close()
print(Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18)
