package import EventStream
package import Hummingbird
package import Logging
package import Metrics
package import ServiceLifecycle

/// Everything the routes of one service need to be answered.
package struct ServiceHTTP: Sendable {
  /// The limits of waiting and of what is kept in memory.
  package struct Limits: Sendable {
    /// Requests that are worked on at a time.
    package var requestsMax = 256
    /// Bodies that are read at a time.
    package var readingMax = 512
    /// Bodies above ``HTTPRoute/jsonBodyMax`` that are read or worked on at a time.
    package var largeMax = 2
    /// How long a connection may say nothing.
    package var idleMax: Duration = .seconds(60)

    package init() {}
  }

  package var definition: ServiceDefinition
  package var store: any Store
  package var calendar: any CalendarClock
  package var log: Logger
  package var metrics: any MetricsFactory = MetricsSystem.factory
  package var backlog = BacklogGate(rowsMax: 100_000)
  package var wakeRelay: @Sendable () -> Void = {}
  package var pace: any Pace = RealPace()
  package var limits = Limits()

  package init(
    definition: ServiceDefinition, store: any Store, calendar: any CalendarClock, log: Logger
  ) {
    self.definition = definition
    self.store = store
    self.calendar = calendar
    self.log = log
  }

  /// What answers requests.
  package var responder: ServiceResponder { ServiceResponder(self) }

  /// The server as a part of the process.
  package func server(host: String, port: Int) -> any Service {
    application(host: host, port: port)
  }

  /// The server, bound to `host`:`port`.
  package func application(host: String, port: Int) -> Application<ServiceResponder> {
    Application(
      responder: responder,
      server: .http1(
        configuration: .init(idleTimeout: .nanoseconds(limits.idleMax.nanoseconds))),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      logger: log)
  }
}

extension Duration {
  /// Whole nanoseconds.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// Seconds with fractions.
  package var inSeconds: Double { Double(nanoseconds) / 1_000_000_000 }
}
