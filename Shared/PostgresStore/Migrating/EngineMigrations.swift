import EventStream

/// The engine's own tables, the same in every service's database.
enum EngineMigrations {
  static let all: [Migration] = [
    Migration(1, "event-log", sql: PackageResources._001_event_log_sql),
    Migration(2, "consumers", sql: PackageResources._002_consumers_sql),
    Migration(3, "commands", sql: PackageResources._003_commands_sql),
    Migration(4, "replay", sql: PackageResources._004_replay_sql),
    Migration(5, "restored", sql: PackageResources._005_restored_sql),
    Migration(6, "archive", sql: PackageResources._006_archive_sql),
  ]
}
