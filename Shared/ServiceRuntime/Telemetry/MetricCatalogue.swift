internal import Telemetry

/// Every metric of the runtime and the engine, as `docs/reference/metrics.md` lists them.
enum MetricCatalogue {
  static let all: [MetricDescription] = [
    MetricDescription("review_build_info", "Always 1; the labels name service and instance."),
    MetricDescription("review_degraded", "1 while something is wrong, see /status."),
    MetricDescription("review_http_requests_total", "Requests answered, by route and status."),
    MetricDescription("review_http_request_seconds", "From the request's head to its answer."),
    MetricDescription(
      "review_http_requests_in_progress", "Requests that are worked on at this moment."),
    MetricDescription(
      "review_postgres_transaction_seconds", "Transactions, with waiting for a connection."),
    MetricDescription("review_postgres_pool_open", "Connections that are open."),
    MetricDescription("review_postgres_pool_lent", "Connections that are in use."),
    MetricDescription("review_postgres_pool_waiting", "Callers that wait for a connection."),
    MetricDescription(
      "review_outbox_rows",
      "Events that wait to be published, counted up to one more than REVIEW_OUTBOX_LIMIT."),
    MetricDescription(
      "review_outbox_oldest_age_seconds", "Age of the oldest event that waits, real clock."),
    MetricDescription("review_relay_active", "1 while this process publishes."),
    MetricDescription("review_relay_published_total", "Events published and acknowledged."),
    MetricDescription("review_relay_refused_total", "Records the broker did not take."),
    MetricDescription("review_relay_resent_total", "Events published again on request."),
    MetricDescription("review_relay_publish_seconds", "Publishing one batch."),
    MetricDescription("review_consumer_events_total", "Records read, by what became of them."),
    MetricDescription(
      "review_consumer_batch_records", "Records of a batch.", bounds: MetricDescription.countBounds),
    MetricDescription("review_consumer_batch_seconds", "Applying and committing a batch."),
    MetricDescription(
      "review_consumer_handler_failures_total", "Handlers that failed and were tried again."),
    MetricDescription("review_consumer_gaps_total", "Gaps found in streams."),
    MetricDescription(
      "review_consumer_records_behind", "Records between the position and the end."),
    MetricDescription(
      "review_consumer_time_lag_seconds", "Time since the consumer was last at the end."),
    MetricDescription("review_parked_streams", "Streams with a parked event."),
    MetricDescription("review_parked_events", "Parked events."),
    MetricDescription("review_gaps_open", "Gaps that are not repaired yet."),
    MetricDescription("review_worker_failures_total", "Workers that failed and start again."),
  ]
}
