internal import FoundationEssentials

extension SettingsReader {
  /// The name of the file with further settings.
  static let fileName = "REVIEW_SETTINGS_FILE"

  /// The settings of this process: its environment, then the file it names.
  /// - Throws: ``SettingsProblems`` when that file cannot be read.
  package static func process() throws(SettingsProblems) -> SettingsReader {
    try from(environment: ProcessInfo.processInfo.environment)
  }

  static func from(environment: [String: String]) throws(SettingsProblems) -> SettingsReader {
    guard let path = environment[fileName], !path.isEmpty else {
      return SettingsReader(environment: environment)
    }
    do {
      let values = try SettingsFile.parse(try SettingsFile.text(path))
      return SettingsReader(environment: environment, file: values)
    } catch {
      let reason = (error as? SettingsFile.Malformed)?.description ?? "cannot be read"
      throw SettingsProblems([.init(name: fileName, reason: "names a file: \(reason)")])
    }
  }
}
