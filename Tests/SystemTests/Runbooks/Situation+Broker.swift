import Foundation
import Testing

extension Situation {
  /// The cluster and everything in it is gone; another one, empty, is at its address.
  static let brokerLost = Situation(
    runbook: "broker-lost.md",
    begin: { drill in
      let province = drill.province
      try await province.letAllConsumersRead(about: 41)
      try await province.brokerOfOurs("stop", "broker")
      drill.learn("CLUSTER", try await province.startOtherCluster())
    },
    steps: Service.allCases.map { service in
      Step("\(service.rawValue) republish", shows: ["facts of"]) { drill in
        drill.learn("FACTS", try await drill.province.facts(of: service))
      }
    }
      + Service.allCases.map { service in
        Step("\(service.rawValue) verify log") { drill in
          try await drill.province.rest()
        }
      })

  /// First nobody may publish, then the broker is another one than before.
  static let outboxStuck = Situation(
    runbook: "outbox-stuck.md",
    begin: { drill in
      let province = drill.province
      try await province.letAllConsumersRead(about: 43)
      try await province.brokerOfOurs("stop", "broker")
      #expect(try await TestYear(province).submit(21).status == 201)
      try await eventually("intake to say that the broker is away") {
        try await province.reasons(of: .intake).contains {
          $0.hasPrefix("the broker cannot be reached")
        }
      }
    },
    steps: [
      Step("intake status", code: 1, shows: ["broker", "1 rows"]),
      Step("pg_locks", shows: ["left-open"]) { try await takeRelayLock($0) },
      Step("pg_terminate_backend"),
      Step("--accept-cluster", shows: ["facts of"]) { drill in
        drill.learn("CLUSTER", try await drill.province.startOtherCluster())
        drill.learn("FACTS", try await drill.province.facts(of: .intake))
      },
      Step("intake status", code: 1, shows: ["0 rows", "intake.case stopped reading"]) { drill in
        try await eventually("the outbox to empty") {
          try await drill.province.states().first??.outbox?.rows == 0
        }
      },
    ],
    check: { drill in
      // The page leads to another one for the consumers; that one is drilled by itself.
      for service in Service.allCases where service != .intake {
        try await drill.province.acceptCluster(drill.value(of: "CLUSTER"), in: service)
      }
      try await drill.province.startOver()
    })

  /// A session that nobody knows of gets hold of the lock of intake's relay.
  private static func takeRelayLock(_ drill: Drill) async throws {
    let key = "hashtextextended('lock:relay', 0)"
    drill.holdSession(
      .intake, named: "left-open", "select pg_advisory_lock(\(key)); select pg_sleep(600);")
    try await eventually("the lock to change hands") {
      _ = try await drill.province.query(
        """
        \\connect intake
        select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid)
         where l.locktype = 'advisory' and l.granted and a.application_name = 'intake-1'
           and (l.classid::bigint << 32 | l.objid::bigint) = \(key)
        """)
      let rows = try await drill.province.query(
        "select query from pg_stat_activity where application_name = 'left-open'")
      return rows.contains { $0.contains("pg_sleep") }
    }
    _ = try await drill.sleepingSession(named: "left-open")
  }

  /// The topics were made anew over the summer; all but rating have been told so.
  static let offSeason = Situation(
    runbook: "off-season.md",
    begin: { drill in
      let province = drill.province
      try await province.letAllConsumersRead(about: 42)
      try await province.brokerOfOurs("stop", "broker")
      let cluster = try await province.startOtherCluster()
      try await province.acceptCluster(cluster, exceptIn: .rating)
      try await province.acceptCluster(cluster, in: .rating)
      #expect(try await TestYear(province).submit(22).status == 201)
    },
    steps: [
      Step("rating status", code: 1, shows: ["rating.intake stopped reading"]),
      Step("rating consumer list", shows: ["rating.intake", "rating.case", "rating.repair"]),
      Step("--consumer rating.intake", shows: ["oldest record"]),
      Step("--consumer rating.case", shows: ["oldest record"]),
      Step("--consumer rating.repair", shows: ["oldest record"]),
      Step("rating status", shows: ["ok"]) { try await $0.province.rest() },
      Step("rating consumer check", code: 1, shows: ["until the next season", "UNKNOWN"]),
    ])
}
