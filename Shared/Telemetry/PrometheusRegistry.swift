public import CoreMetrics
import Synchronization

/// Metrics kept in memory and written out in the Prometheus text format, version 0.0.4.
///
/// Counters get the suffix `_total` and timers `_seconds`. A family has one kind for ever; a series
/// of another kind, or one above ``seriesMax``, is dropped and counted, so that a label with too
/// many values can never fill the memory.
public final class PrometheusRegistry: MetricsFactory {
  /// The most series of one family.
  public static let seriesMax = 500
  /// Counts what was dropped.
  static let dropped = "review_telemetry_dropped_series_total"

  /// The most series that are found without writing their labels out.
  private static let knownMax = 5_000

  /// A series as its user names it.
  private struct Wish: Hashable {
    let kind: MetricKind
    let label: String
    let dimensions: [String]
  }

  private struct State {
    var families: [String: Family] = [:]
    var known: [Wish: Series] = [:]
    var droppedSeries: UInt64 = 0
  }

  private let state = Mutex(State())
  private let descriptions: [String: MetricDescription]

  /// A registry in which the metrics named here carry a help text and their own buckets.
  public init(_ descriptions: [MetricDescription] = []) {
    self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }) { first, _ in first }
  }

  /// A counter; its name gets `_total`.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(Self.suffixed(label, "_total"), dimensions, kind: .counter)
  }

  /// A counter of fractions; its name gets `_total`.
  public func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
    -> any FloatingPointCounterHandler
  {
    series(Self.suffixed(label, "_total"), dimensions, kind: .counter)
  }

  /// A histogram, or a gauge when values are not to be aggregated.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool)
    -> any RecorderHandler
  {
    series(label, dimensions, kind: aggregate ? .histogram : .gauge)
  }

  /// A gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions, kind: .gauge)
  }

  /// A histogram in seconds; its name gets `_seconds`.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(Self.suffixed(label, "_seconds"), dimensions, kind: .histogram)
  }

  /// Series stay, so that a counter never starts again from zero.
  public func destroyCounter(_ handler: any CounterHandler) {}
  /// Series stay.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  /// Series stay.
  public func destroyMeter(_ handler: any MeterHandler) {}
  /// Series stay.
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  /// Series stay.
  public func destroyTimer(_ handler: any TimerHandler) {}

  /// The page a scraper reads: families and series in order of name.
  public func page() -> String {
    let (families, dropped) = state.withLock { ($0.families, $0.droppedSeries) }
    let text = families.sorted { $0.key < $1.key }.map { $0.value.text(named: $0.key) }.joined()
    return text + "# HELP \(Self.dropped) Series dropped because their family was full.\n"
      + "# TYPE \(Self.dropped) counter\n\(Self.dropped) \(dropped)\n"
  }

  private func series(_ label: String, _ dimensions: [(String, String)], kind: MetricKind)
    -> Series
  {
    let wish = Wish(kind: kind, label: label, dimensions: dimensions.flatMap { [$0.0, $0.1] })
    if let known = state.withLock({ $0.known[wish] }) { return known }
    let name = MetricText.name(label)
    let labels = MetricText.labels(dimensions)
    let description = descriptions[name]
    return state.withLock { state in
      var family =
        state.families[name]
        ?? Family(kind: kind, help: description?.help ?? name, bounds: description?.bounds)
      if family.kind == kind, let known = family.series[labels] {
        if state.known.count < Self.knownMax { state.known[wish] = known }
        return known
      }
      guard family.kind == kind, family.series.count < Self.seriesMax else {
        state.droppedSeries += 1
        return Series(kind: kind, bounds: family.bounds)
      }
      let fresh = Series(kind: kind, bounds: family.bounds)
      family.series[labels] = fresh
      state.families[name] = family
      return fresh
    }
  }

  private static func suffixed(_ label: String, _ suffix: String) -> String {
    label.hasSuffix(suffix) ? label : label + suffix
  }
}

/// What a metric means, and its buckets when it is a histogram.
public struct MetricDescription: Sendable, Hashable {
  /// The name on the page, with its suffix.
  public let name: String
  /// One sentence.
  public let help: String
  /// The upper bounds of the buckets, in growing order.
  public let bounds: [Double]

  /// Upper bounds for durations in seconds.
  public static let durationBounds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
  ]
  /// Upper bounds for numbers of things.
  public static let countBounds: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000]

  /// Puts the parts together.
  public init(_ name: String, _ help: String, bounds: [Double] = durationBounds) {
    self.name = name
    self.help = help
    self.bounds = bounds
  }
}

enum MetricKind: String, Sendable { case counter, gauge, histogram }

struct Family: Sendable {
  let kind: MetricKind
  let help: String
  let bounds: [Double]
  var series: [String: Series] = [:]

  init(kind: MetricKind, help: String, bounds: [Double]?) {
    self.kind = kind
    self.help = help
    self.bounds = bounds ?? MetricDescription.durationBounds
  }

  func text(named name: String) -> String {
    "# HELP \(name) \(MetricText.escapedHelp(help))\n# TYPE \(name) \(kind.rawValue)\n"
      + series.sorted { $0.key < $1.key }.map { $0.value.text(name, labels: $0.key) }.joined()
  }
}
