import CoreMetrics
import Testing

@testable import Telemetry

@Suite struct `The page of metrics` {
  @Test func `every line has the form that scrapers read`() {
    let registry = PrometheusRegistry([MetricDescription("review_mail_total", "Mails \\ lines\n.")])
    registry.makeCounter(label: "review_mail", dimensions: [("result", "a\"b\\c\nd")])
      .increment(by: 2)
    registry.makeTimer(label: "review_step", dimensions: []).recordNanoseconds(3_000_000)
    registry.makeMeter(label: "review_rows", dimensions: [("z", "1"), ("a", "2")]).set(1.5)
    let complaints = PageCheck.complaints(about: registry.page())
    #expect(complaints.isEmpty)
  }

  @Test func `a counter is called total and a timer seconds, once`() {
    let registry = PrometheusRegistry()
    registry.makeCounter(label: "review_mail_total", dimensions: []).increment(by: 1)
    registry.makeTimer(label: "review_step", dimensions: []).recordNanoseconds(1)
    let page = registry.page()
    #expect(page.contains("\nreview_mail_total 1\n"))
    #expect(!page.contains("total_total"))
    #expect(page.contains("review_step_seconds_count 1\n"))
  }

  @Test func `labels in another order are the same series`() {
    let registry = PrometheusRegistry()
    for labels in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
      registry.makeCounter(label: "review_x", dimensions: labels).increment(by: 1)
    }
    #expect(registry.page().contains("review_x_total{a=\"1\",b=\"2\"} 2\n"))
  }

  @Test func `buckets grow and end with everything`() {
    let registry = PrometheusRegistry([
      MetricDescription("review_batch_records", "Records.", bounds: [1, 10])
    ])
    let recorder = registry.makeRecorder(
      label: "review_batch_records", dimensions: [], aggregate: true)
    for value in [1, 5, 50] { recorder.record(Int64(value)) }
    let page = registry.page()
    #expect(page.contains("review_batch_records_bucket{le=\"1\"} 1\n"))
    #expect(page.contains("review_batch_records_bucket{le=\"10\"} 2\n"))
    #expect(page.contains("review_batch_records_bucket{le=\"+Inf\"} 3\n"))
    #expect(page.contains("review_batch_records_sum 56\n"))
  }

  @Test func `a label with too many values cannot fill the memory`() {
    let registry = PrometheusRegistry()
    for number in 0..<(PrometheusRegistry.seriesMax + 7) {
      registry.makeCounter(label: "review_x", dimensions: [("n", "\(number)")]).increment(by: 1)
    }
    let page = registry.page()
    #expect(page.contains("review_telemetry_dropped_series_total 7\n"))
    #expect(page.split(separator: "\n").count { $0.hasPrefix("review_x_total{") } == 500)
  }

  @Test func `a series of another kind is dropped and counted`() {
    let registry = PrometheusRegistry()
    registry.makeMeter(label: "review_x", dimensions: []).set(Int64(1))
    registry.makeRecorder(label: "review_x", dimensions: [], aggregate: true).record(Int64(2))
    #expect(registry.page().contains("review_telemetry_dropped_series_total 1\n"))
    #expect(registry.page().contains("\nreview_x 1\n"))
  }

  @Test func `names become valid names`() {
    #expect(MetricText.name("9 lives-é") == "_9_lives__")
  }
}

/// Reads a page as strictly as a scraper.
enum PageCheck {
  static func complaints(about page: String) -> [String] {
    var complaints: [String] = []
    if !page.hasSuffix("\n") { complaints.append("no line break at the end") }
    var family = ""
    var seen: Set<Substring> = []
    for line in page.split(separator: "\n") {
      if line.hasPrefix("# HELP ") {
        family = String(line.split(separator: " ")[2])
      } else if line.hasPrefix("# TYPE ") {
        let parts = line.split(separator: " ")
        if parts.count != 4 || parts[2] != family {
          complaints.append("TYPE without HELP: \(line)")
        }
      } else {
        if line.wholeMatch(of: sample) == nil { complaints.append("no sample: \(line)") }
        if !line.hasPrefix(family) { complaints.append("outside its family: \(line)") }
        let series = line[..<(line.lastIndex(of: " ") ?? line.endIndex)]
        if !seen.insert(series).inserted { complaints.append("twice: \(line)") }
      }
    }
    return complaints
  }

  private static var sample: Regex<AnyRegexOutput> {
    let label = #"[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\\\|\\"|\\n)*""#
    let text =
      #"[a-zA-Z_:][a-zA-Z0-9_:]*(\{"# + label + "(," + label
      + #")*\})? ([0-9.e+-]+|NaN|\+Inf|-Inf)"#
    guard let regex = try? Regex(text) else {
      preconditionFailure("the pattern is written above")
    }
    return regex
  }
}
