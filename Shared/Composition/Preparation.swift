internal import EventStream
internal import Logging
internal import ReviewEvents
internal import ReviewRules
internal import RuleSets
internal import ServiceRuntime

/// Settings and rules, read and found right.
struct Preparation: Sendable {
  let blueprint: Blueprint
  let reader: SettingsReader
  let settings: RuntimeSettings
  let rules: RuleBook

  /// Reads everything that can be read without a database and reports all problems at once.
  /// - Throws: ``SettingsProblems``.
  init(_ blueprint: Blueprint) throws {
    self.blueprint = blueprint
    reader = try SettingsReader.process()
    var problems: [SettingsProblems.One] = []
    var settings: RuntimeSettings?
    do {
      settings = try reader.read { RuntimeSettings(&$0, service: blueprint.name) }
    } catch let found as SettingsProblems { problems += found.problems }
    let directory =
      settings?.rulesDirectory
      ?? (try? reader.read { $0.text("REVIEW_RULES_DIRECTORY", default: "deploy/rules") }) ?? ""
    var rules = RuleBook([])
    do { rules = try RuleSets.load(directory: directory) } catch {
      problems += error.problems.map {
        .init(name: "REVIEW_RULES_DIRECTORY", reason: "holds a faulty rule set: \($0)")
      }
    }
    let calendars =
      settings?.calendarsDirectory
      ?? (try? reader.read {
        $0.text("REVIEW_CALENDARS_DIRECTORY", default: "deploy/calendars")
      }) ?? ""
    do { rules.workingCalendar = try WorkingCalendars.load(directory: calendars) } catch {
      problems += error.problems.map {
        .init(name: "REVIEW_CALENDARS_DIRECTORY", reason: "holds a faulty calendar: \($0)")
      }
    }
    // The service's own settings, against a store that nobody may use yet.
    do {
      _ = try blueprint.define(
        ServiceContext(
          area: blueprint.area, instance: blueprint.name, store: NoStore(),
          calendar: OffsetCalendar(), rules: rules, log: Logger(label: blueprint.name),
          settings: reader))
    } catch let found as SettingsProblems { problems += found.problems }
    guard problems.isEmpty, let settings else { throw SettingsProblems(problems) }
    self.settings = settings
    self.rules = rules
  }

  /// The service's definition over `store`.
  func define(store: any Store, calendar: any CalendarClock) throws -> ServiceDefinition {
    try blueprint.define(
      ServiceContext(
        area: blueprint.area, instance: settings.instance, store: store, calendar: calendar,
        rules: rules, log: Logger(label: blueprint.name), settings: reader))
  }
}

/// Stands in for the store while only settings are looked at.
struct NoStore: Store {
  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    throw StoreError.noTables
  }

  func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? { throw StoreError.noTables }
}
