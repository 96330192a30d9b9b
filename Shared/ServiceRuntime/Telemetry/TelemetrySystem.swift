package import Logging
internal import Metrics
internal import Telemetry

/// Sets logging and metrics of this process up; once.
package struct TelemetrySystem: Sendable {
  private let registry: PrometheusRegistry

  /// JSON lines to standard output, and metrics kept for a page.
  package static func bootstrap(service: String, instance: String, level: Logger.Level)
    -> TelemetrySystem
  {
    let registry = PrometheusRegistry(MetricCatalogue.all)
    MetricsSystem.bootstrap(registry)
    LoggingSystem.bootstrap { label in
      var handler = JSONLogHandler(label: label, level: level)
      handler.metadata = ["service": "\(service)", "instance": "\(instance)"]
      return handler
    }
    Meter(
      label: "review_build_info", dimensions: [("service", service), ("instance", instance)]
    ).set(1)
    return TelemetrySystem(registry: registry)
  }

  /// The page of metrics.
  package func page() -> String { registry.page() }
}
