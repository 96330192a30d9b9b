/// How to reach the database of one service, and every limit that holds there.
public struct PostgresSettings: Sendable {
  /// libpq's connection string, as keywords or as a URI; it may hold a password.
  public var connectionString: String
  /// What the server shows as `application_name`.
  public var applicationName: String
  /// How many connections the pool may open; 1…``poolSizeMax``.
  public var poolSize: Int

  /// The only schema whose tables can be named without it; the server's default unless set.
  var searchPath: String?

  /// How many callers may wait for a connection; one more gets ``StoreError/busy``.
  public var waitersMax = 256
  /// How long a caller waits for a connection before it gets ``StoreError/busy``.
  public var turnPatience: Duration = .seconds(2)
  /// How long opening a connection may take; libpq rounds anything below 2 s up.
  public var connectPatience: Duration = .seconds(2)
  /// How long the server works on one statement before it gives up.
  public var statementTimeout: Duration = .seconds(15)
  /// How long the server waits for a lock before it gives up.
  public var lockTimeout: Duration = .seconds(10)
  /// How long the server lets a transaction sit idle before it ends the connection.
  public var idleTransactionTimeout: Duration = .seconds(30)
  /// How long this side waits for an answer before it takes the server for gone.
  ///
  /// Longer than the server's own limits, so that those speak first.
  public var answerPatience: Duration = .seconds(20)
  /// How long a request waits for its running twin (contract 16).
  public var twinPatience: Duration = .seconds(5)

  /// More connections than this would mean more threads than the design is made for.
  public static let poolSizeMax = 16

  /// Puts the parts together.
  public init(connectionString: String, applicationName: String, poolSize: Int = 4) {
    precondition((1...Self.poolSizeMax).contains(poolSize), "a pool has 1…16 connections")
    self.connectionString = connectionString
    self.applicationName = applicationName
    self.poolSize = poolSize
  }

  /// Every keyword for libpq; what stands here overrides the connection string.
  var keywords: [(keyword: String, value: String)] {
    var options = [
      "TimeZone=UTC", "DateStyle=ISO", "client_min_messages=warning", "bytea_output=hex",
      "statement_timeout=\(statementTimeout.wholeMilliseconds)",
      "lock_timeout=\(lockTimeout.wholeMilliseconds)",
      "idle_in_transaction_session_timeout=\(idleTransactionTimeout.wholeMilliseconds)",
      // A server process whose client went away ends its statement instead of finishing it.
      "client_connection_check_interval=5000",
    ]
    if let searchPath { options.append("search_path=\(searchPath)") }
    return [
      ("dbname", connectionString),
      ("application_name", applicationName),
      ("client_encoding", "UTF8"),
      ("connect_timeout", "\(max(2, connectPatience.components.seconds))"),
      ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
      ("keepalives_count", "3"),
      ("tcp_user_timeout", "\(answerPatience.wholeMilliseconds)"),
      ("options", options.map { "-c \($0)" }.joined(separator: " ")),
    ]
  }
}

extension PostgresSettings: CustomStringConvertible, CustomReflectable {
  /// Name and size only: the connection string may hold a password.
  public var description: String { "PostgresSettings(\(applicationName), pool of \(poolSize))" }
  /// Name and size only.
  public var customMirror: Mirror {
    Mirror(self, children: ["applicationName": applicationName, "poolSize": poolSize])
  }
}

extension Duration {
  /// Cut to whole milliseconds.
  var wholeMilliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
