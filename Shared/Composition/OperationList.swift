internal import EventStream
internal import Operations
internal import ReplayComposition
internal import ServiceRuntime

/// Everything an operator can do with one service.
enum OperationList {
  /// The operations of replay, and those that need the live subscriptions.
  static func all(
    _ site: ReplaySite, _ subscriptions: [Subscription], in environment: EngineEnvironment,
    _ settings: RuntimeSettings
  ) -> [Operation] {
    ReplayOperations.all(site)
      + ApprovalOperations.all(site.store, site.safety)
      + ParkedOperations.all(ParkedDesk(site, subscriptions, in: environment))
      + VerifyOperations.all(site, subscriptions)
      + EventOperations.all(EventLog(site))
      + ConsumerOperations.all(
        ConsumerDesk(
          site.store, subscriptions, seasonDays: settings.seasonDays,
          retention: BrokerRetention(settings: settings)))
      + AuditOperations.all(site.store)
  }
}
