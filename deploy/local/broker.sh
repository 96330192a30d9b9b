# shellcheck shell=bash
# shellcheck disable=SC2154 # paths and settings are those of common.sh
# The embedded broker. Sourced after common.sh and proxy.sh.

uses_embedded_broker() { [[ -z $KAFKA_BOOTSTRAP_SERVERS ]]; }

bootstrap_servers() {
  if uses_embedded_broker; then
    printf '127.0.0.1:%s' "$(port_to broker)"
  else
    printf '%s' "$KAFKA_BOOTSTRAP_SERVERS"
  fi
}

broker_is_ready() { [[ -s $run_dir/broker.ready ]] && accepts_tcp "$REVIEW_BROKER_PORT"; }

start_broker() {
  if ! uses_embedded_broker; then
    say "broker: $KAFKA_BOOTSTRAP_SERVERS (KAFKA_BOOTSTRAP_SERVERS), none started"
    return 0
  fi
  if is_running broker; then return 0; fi
  require_executable embedded-broker
  local topic topics
  local arguments=(--port "$REVIEW_BROKER_PORT" --ready-file "$run_dir/broker.ready")
  # Clients go where the broker says it is.
  [[ $REVIEW_FAULT_PROXY != true ]] ||
    arguments+=(--advertised-port "$REVIEW_BROKER_PROXY_PORT")
  read -ra topics <<<"$REVIEW_TOPICS"
  for topic in "${topics[@]}"; do
    arguments+=(--topic "$topic:$REVIEW_KAFKA_PARTITIONS")
  done
  rm -f "$run_dir/broker.ready"
  launch broker "$REVIEW_BIN/embedded-broker" "${arguments[@]}"
  wait_until "$REVIEW_START_LIMIT_SECONDS" broker broker_is_ready ||
    { tail_log "$log_dir/broker.log"; stop_processes broker; fail "the embedded broker did not start"; }
}
