internal import EventStream
internal import Operations
internal import ReplayComposition
internal import ServiceRuntime

/// Everything an operator can do with one service.
enum OperationList {
  /// The operations of replay, and those that need the live subscriptions.
  static func all(
    _ composition: ReplayComposition, _ definition: ServiceDefinition,
    in environment: EngineEnvironment, _ settings: RuntimeSettings
  ) -> [Operation] {
    let (site, subscriptions) = (composition.site, definition.subscriptions)
    return ReplayOperations.all(site)
      + ApprovalOperations.all(site.store, site.safety)
      + ParkedOperations.all(ParkedDesk(site, subscriptions, in: environment))
      + VerifyOperations.all(site, subscriptions)
      + RecoveryOperations.all(
        RecoveryDesk(site, topic: composition.ownTopic, rows: definition.recoveredRows))
      + ArchiveOperations.all(ArchiveDesk(site, store: composition.patientStore))
      + EventOperations.all(EventLog(site))
      + ConsumerOperations.all(
        ConsumerDesk(
          site.store, subscriptions, seasonDays: settings.seasonDays,
          retention: BrokerRetention(settings: settings)))
      + AuditOperations.all(site.store)
  }
}
