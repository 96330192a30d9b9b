internal import EventStream
internal import NotificationDomain
internal import NotificationReadModels
internal import ReviewEvents
internal import ReviewRules
public import ServiceRuntime

/// The notification service: who has to do what by when, and the mail that says so.
public enum Notification {
  /// The service as data.
  /// - Throws: `SettingsProblems` for the mail settings, or an error that names a broken template.
  public static func define(_ context: ServiceContext) throws -> ServiceDefinition {
    let settings = try MailSettings.read(context.settings)
    let writer = try MIMEWriter(
      from: settings.from, portalLink: settings.portalLink,
      namesKind: settings.encryption == .localSink)
    let transport = SMTPTransport(settings: settings.server, from: settings.from)
    return define(context, writer: writer, transport: transport, pace: RealPace())
  }

  /// The service with its mail parts chosen by the caller.
  static func define(
    _ context: ServiceContext, writer: any MailWriting, transport: any MailTransport,
    pace: any Pace
  ) -> ServiceDefinition {
    let planner = MailPlanner(writer: writer)
    let reactions = Reactions(rules: context.rules, planner: planner)
    let ladder = LadderWorker(
      store: context.store, calendar: context.calendar, rules: context.rules, planner: planner,
      log: context.log, pace: pace)
    let sender = Sender(
      store: context.store, calendar: context.calendar, transport: transport,
      instance: context.instance, log: context.log, pace: pace)
    let dead = DeadSenders(
      store: context.store, calendar: context.calendar, log: context.log, pace: pace)
    return ServiceDefinition(
      area: .notification, name: "notification", title: "Thông báo và nhắc hạn",
      description: "Danh bạ người nhận, việc phải làm, lịch nhắc hạn và thư đã gửi.",
      migrations: migrations, subscriptions: [reactions.intake, reactions.cases],
      routes: [
        .importRecipients(writer), .listUnreachable(context.store), .listDuties(context.store),
        .checkRecipients(),
        .showMailSummary(context.store, context.calendar), .listDeliveries(context.store),
        .showDelivery(context.store), .releaseDelivery(context.store),
      ],
      workers: [
        Worker("ladder") { try await ladder.run() },
        Worker("mail-sender") { try await transport.carry { try await sender.run() } },
        Worker("dead-senders") { try await dead.run() },
      ], recoveredRows: RecoveredDeliveries(writer: writer, calendar: context.calendar).rows)
  }

  /// The service's own tables.
  static var migrations: [Migration] {
    [
      Migration(100, "notification", sql: PackageResources._100_notification_sql),
      Migration(101, "recovered-mails", sql: PackageResources._101_recovered_mails_sql),
      Migration(104, "extensions", sql: PackageResources._104_extensions_sql),
      Migration(105, "reopened", sql: PackageResources._105_reopened_sql),
    ]
  }
}
