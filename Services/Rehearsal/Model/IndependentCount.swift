/// Counts over the generated input what the services must say in the end.
///
/// It shares no code with them: neither the ladder nor the quota nor the statistics.
public enum IndependentCount {
  /// The figures that `year` must lead to.
  public static func figures(of year: PlannedYear) -> Figures {
    var figures = Figures()
    let calendar = YearCalendar(year: year.scenario.year)
    count(year.cases, into: &figures)
    count(year.ratings, into: &figures)
    for report in year.reports { count(report, calendar, into: &figures) }
    for planned in year.cases { countMails(planned, into: &figures) }
    return figures
  }

  private static func count(_ cases: [PlannedCase], into figures: inout Figures) {
    for planned in cases where planned.ending != .withdrawn {
      figures.suggested[planned.subject.kind, default: [:]][
        planned.subject.managingLevel, default: 0] += 1
    }
  }

  private static func count(_ ratings: [PlannedRating], into figures: inout Figures) {
    var pools: [String: Int] = [:]
    for rating in ratings {
      figures.ratings[rating.subject.kind, default: [:]][rating.decision, default: 0] += 1
      guard rating.subject.isDirectlyUnderProvince else { continue }
      figures.directRatings[rating.decision, default: 0] += 1
      let isGood = rating.decision == "GOOD" || rating.decision == "EXCELLENT"
      pools[rating.subject.managingUnitID, default: 0] += isGood ? 1 : 0
    }
    // A fifth of the good or better, rounded down.
    figures.directQuota = pools.mapValues { $0 / 5 }
  }

  private static func count(
    _ report: PlannedReport, _ calendar: YearCalendar, into figures: inout Figures
  ) {
    let subject = report.subject
    var counted = figures.reports["\(subject.kind)/\(subject.managingLevel)"] ?? ReportFigures()
    counted.owed += 1
    switch report.filing {
    case .never: break
    case .daysEarly:
      counted.received += 1
      counted.accepted += 1
    case .daysLate:
      counted.received += 1
      counted.accepted += 1
      counted.late += 1
    }
    figures.reports["\(subject.kind)/\(subject.managingLevel)"] = counted

    for kind in mails(about: report, calendar) { add(kind, to: subject, &figures) }
  }

  /// The mails that one report leads to: the rungs that find the duty open, a receipt for every
  /// version, and a notice when it is sent back.
  private static func mails(about report: PlannedReport, _ calendar: YearCalendar) -> [String] {
    let last = calendar.lastDay(of: report.subject)
    var open: [Range<Int>] = []
    var mails: [String] = []
    switch report.filing {
    case .never: open = [calendar.launchDay..<Int.max]
    case .daysLate(let days):
      open = [calendar.launchDay..<(last + days)]
      mails.append("report-receipt")
    case .daysEarly(let days):
      open = [calendar.launchDay..<(last - days)]
      mails.append("report-receipt")
      if report.isReturned {
        open.append((last - days)..<(last - days + 1))
        mails += ["report-returned", "report-receipt"]
      }
    }
    // A rung is due at eight in the morning, reports come at ten: a rung finds the duty open until
    // and on the day of the report.
    for rung in YearCalendar.rungs {
      let day = last + rung
      guard open.contains(where: { $0.lowerBound < day && day <= $0.upperBound }) else { continue }
      mails.append(rung > 0 ? "report-overdue" : "report-reminder")
    }
    return mails
  }

  private static func countMails(_ planned: PlannedCase, into figures: inout Figures) {
    add("case-issued", to: planned.subject, &figures)
    if planned.isAfterReport { add("supplement-requested", to: planned.subject, &figures) }
    if planned.isAcknowledgedLate {
      // The letter came three days before its last day, after that day's rung.
      add("case-reminder", to: planned.subject, &figures)
      add("case-reminder", to: planned.subject, &figures)
      add("case-overdue", to: planned.subject, &figures)
    }
  }

  private static func add(_ kind: String, to subject: PlannedSubject, _ figures: inout Figures) {
    if subject.hasAddress {
      figures.mails[kind, default: 0] += 1
    } else {
      figures.unreachable += 1
    }
  }
}
