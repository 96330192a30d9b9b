internal import CoreMetrics
import Synchronization

/// One line of a family, or the lines of one histogram.
final class Series: Sendable {
  private struct State {
    var value = 0.0
    var count: UInt64 = 0
    var buckets: [UInt64]
  }

  private let kind: MetricKind
  private let bounds: [Double]
  private let state: Mutex<State>

  init(kind: MetricKind, bounds: [Double]) {
    self.kind = kind
    self.bounds = bounds
    let buckets = kind == .histogram ? bounds.count : 0
    state = Mutex(State(buckets: [UInt64](repeating: 0, count: buckets)))
  }

  private func observe(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 }
    state.withLock { state in
      state.value += value
      state.count += 1
      if let bucket { state.buckets[bucket] += 1 }
    }
  }

  func text(_ name: String, labels: String) -> String {
    let (value, count, buckets) = state.withLock { ($0.value, $0.count, $0.buckets) }
    let braced = labels.isEmpty ? "" : "{\(labels)}"
    guard kind == .histogram else { return "\(name)\(braced) \(MetricText.number(value))\n" }
    let comma = labels.isEmpty ? "" : ","
    var total: UInt64 = 0
    var text = ""
    for (bound, count) in zip(bounds, buckets) {
      total += count
      text += "\(name)_bucket{\(labels)\(comma)le=\"\(MetricText.number(bound))\"} \(total)\n"
    }
    text += "\(name)_bucket{\(labels)\(comma)le=\"+Inf\"} \(count)\n"
    return text
      + "\(name)_sum\(braced) \(MetricText.number(value))\n\(name)_count\(braced) \(count)\n"
  }
}

extension Series: CounterHandler, FloatingPointCounterHandler, MeterHandler, TimerHandler,
  RecorderHandler
{
  func increment(by amount: Int64) { state.withLock { $0.value += Double(amount) } }
  func increment(by amount: Double) { state.withLock { $0.value += amount } }
  func decrement(by amount: Double) { state.withLock { $0.value -= amount } }
  func reset() {
    let buckets = [UInt64](repeating: 0, count: kind == .histogram ? bounds.count : 0)
    state.withLock { $0 = State(buckets: buckets) }
  }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { state.withLock { $0.value = value } }
  func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1_000_000_000) }
  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) { kind == .gauge ? set(value) : observe(value) }
  // The page is always in seconds.
  func preferDisplayUnit(_ unit: TimeUnit) {}
}

/// How names, labels and numbers are written on the page.
enum MetricText {
  static func name(_ text: String) -> String {
    let clean = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    return clean.first?.isNumber != false ? "_" + clean : clean
  }

  /// The labels in order of their names, so that the same labels are always the same series.
  static func labels(_ dimensions: [(String, String)]) -> String {
    dimensions.map { (name($0), $1) }.sorted { $0.0 < $1.0 }
      .map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map(String.init) ?? String(value)
  }

  static func escapedHelp(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func escaped(_ text: String) -> String {
    escapedHelp(text).replacing("\"", with: "\\\"")
  }
}
