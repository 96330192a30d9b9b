public import ReviewRules

/// Reads the calendar of working days: one file that stands alone, and what a province adds to it.
public enum WorkingCalendars {
  /// The largest file that is read, in bytes.
  public static let fileBytesMax = 262_144

  /// Loads every `*.yaml` file of `directory`.
  /// - Throws: ``RuleProblems`` with every mistake of every file.
  public static func load(directory: String) throws(RuleProblems) -> WorkingCalendar {
    let folder = try YAMLFolder(directory, bytesMax: fileBytesMax)
    var files = CalendarFiles()
    files.problems = folder.problems
    for text in folder.texts { files.add(text.yaml, name: text.file) }
    return try files.calendar()
  }

  /// The calendar written in `texts`, by the names of their files.
  /// - Throws: ``RuleProblems``.
  public static func parse(
    _ texts: [(file: String, yaml: String)]
  ) throws(RuleProblems) -> WorkingCalendar {
    var files = CalendarFiles()
    for text in texts { files.add(text.yaml, name: text.file) }
    return try files.calendar()
  }
}
