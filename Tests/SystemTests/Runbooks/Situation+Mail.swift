import Foundation
import Testing

extension Situation {
  /// Two mails of which the server said nothing once it had them.
  static let mailUncertain = Situation(
    runbook: "mail-uncertain.md",
    begin: { drill in
      let province = drill.province
      try await province.stack("stop", "sink")
      try await province.startRudeSink()
      try await province.setCalendar(TestYear.due.addingTimeInterval(-3 * 86_400 + 36_000))
      try await eventually("two mails of unknown fate") {
        try await Mailbox(of: province).uncertain.count == 2
      }
      try await province.mailsAreDecided()
      try await province.stack("stop", "sink")
      try await province.stack("start", "sink")
    },
    steps: [
      Step("state=uncertain", shows: ["\"uncertain\""]) { try await learnOne($0) },
      Step("grep", shows: [".eml"]),
      Step("-D -", shows: ["uncertain"]),
      Step(#""decision":"sent""#),
      Step("-D -", shows: ["uncertain"]) { try await learnOne($0) },
      Step(#""decision":"resend""#),
      Step("state=uncertain", shows: [#""items":[]"#]),
    ],
    check: { drill in
      try await drill.province.mailsAreDecided()
      let mailbox = try await Mailbox(of: drill.province)
      #expect(mailbox.uncertain.isEmpty)
      // The one that was sent again had arrived.
      #expect(mailbox.twice.count == 1)
      #expect(mailbox.sent == Set(mailbox.received))
    })

  /// The operator picks one of those that are left.
  private static func learnOne(_ drill: Drill) async throws {
    let rows = try await drill.province.query(
      """
      \\connect notification
      select delivery_id, sequence, message_id from delivery where state = 'uncertain'
       order by delivery_id limit 1
      """)
    let columns = (rows.last ?? "").split(separator: "\t").map(String.init)
    guard columns.count == 3 else { throw Trouble("no mail is uncertain") }
    drill.learn("DELIVERY", columns[0])
    drill.learn("VERSION", columns[1])
    drill.learn("MESSAGE", columns[2].filter { !"<> ".contains($0) })
  }
}

extension Province {
  /// A mail sink in place of the stack's, under its name, that keeps the mails for two recipients
  /// and then hangs up.
  fileprivate func startRudeSink() async throws {
    let script = """
      set -euo pipefail
      source deploy/local/common.sh
      source deploy/local/sink.sh
      launch sink /usr/bin/python3 "$here/smtp_sink.py" --port "$REVIEW_SMTP_PORT" \
        --directory "$mail_dir" --ready-file "$run_dir/sink.ready" \
        --drop-after-data '^g[12]@' --misbehave-times 1
      wait_until "$REVIEW_START_LIMIT_SECONDS" sink sink_is_ready
      """
    let code = try await Command(
      arguments: ["/bin/bash", "-c", script], environment: environment,
      output: state.appending(path: "stack.log")
    ).run()
    guard code == 0 else { throw Trouble("no sink: \(code)") }
  }

  /// Waits until no mail is on its way.
  fileprivate func mailsAreDecided() async throws {
    try await eventually("the mails to be decided") {
      let rows = try await query(
        "\\connect notification\nselect count(*) from delivery where state in ('pending', 'sending')"
      )
      return rows.last == "0"
    }
  }
}
