internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// The files of a directory while they are read: the calendar first, then what is added to it.
struct CalendarFiles {
  private struct File {
    let name: String
    let root: Node
  }

  var problems: [RuleProblem] = []
  private var calendars: [File] = []
  private var additions: [File] = []

  /// Puts a file aside until all are there.
  mutating func add(_ yaml: String, name: String) {
    do throws(RuleProblems) {
      let file = File(name: name, root: try RuleSetFile.compose(yaml, file: name))
      if CalendarFile.isAddition(file.root) {
        additions.append(file)
      } else {
        calendars.append(file)
      }
    } catch { problems += error.problems }
  }

  /// The calendar with everything that is added to it, in order of the files' names.
  /// - Throws: ``RuleProblems`` with everything that is wrong.
  func calendar() throws(RuleProblems) -> WorkingCalendar {
    var problems = self.problems
    func note(_ text: String, _ file: String) {
      problems.append(RuleProblem(file: file, line: 1, text: text))
    }
    guard let first = calendars.first else {
      if problems.isEmpty { note("no file holds a calendar", additions.first?.name ?? "*.yaml") }
      throw RuleProblems(problems)
    }
    for second in calendars.dropFirst() {
      note("\(first.name) holds a calendar already: say what this one adds to", second.name)
    }
    let reader = YAMLReader(file: first.name)
    var (ids, calendar) = CalendarFile(reader: reader).calendar(first.root)
    problems += reader.problems
    let base = ids.first
    for file in additions {
      let reader = YAMLReader(file: file.name)
      CalendarFile(reader: reader).add(file.root, to: &calendar, named: base, ids: &ids)
      problems += reader.problems
    }
    guard problems.isEmpty else { throw RuleProblems(problems) }
    return calendar
  }
}
