# shellcheck shell=bash source-path=SCRIPTDIR
# shellcheck disable=SC2154 # paths and settings are those of common.sh
# The fault proxy before PostgreSQL, broker and mail sink, for drills. Sourced after common.sh.

proxy_control=$run_dir/proxy.sock

# The port at which the services reach a part: its own, or the proxy's before it.
port_to() { # postgres|broker|smtp
  local name=REVIEW_${1^^}_PORT
  [[ $REVIEW_FAULT_PROXY != true ]] || name=REVIEW_${1^^}_PROXY_PORT
  printf '%s' "${!name}"
}

proxy_is_ready() { [[ -S $proxy_control ]]; }

tell_proxy() { # WORD...
  /usr/bin/python3 "$here/fault_proxy.py" --control "$proxy_control" --tell "$@"
}

start_proxy() {
  [[ $REVIEW_FAULT_PROXY == true ]] || return 0
  if is_running proxy; then return 0; fi
  rm -f "$proxy_control"
  launch proxy /usr/bin/python3 "$here/fault_proxy.py" --control "$proxy_control" \
    --line "postgres:$REVIEW_POSTGRES_PROXY_PORT:$REVIEW_POSTGRES_PORT" \
    --line "broker:$REVIEW_BROKER_PROXY_PORT:$REVIEW_BROKER_PORT" \
    --line "smtp:$REVIEW_SMTP_PROXY_PORT:$REVIEW_SMTP_PORT"
  wait_until "$REVIEW_START_LIMIT_SECONDS" proxy proxy_is_ready ||
    { tail_log "$log_dir/proxy.log"; stop_processes proxy; fail "the fault proxy did not start"; }
}
