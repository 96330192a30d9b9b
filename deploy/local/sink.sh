# shellcheck shell=bash
# shellcheck disable=SC2154 # paths and settings are those of common.sh
# The mail sink. Sourced after common.sh.

sink_is_ready() { [[ -s $run_dir/sink.ready ]] && accepts_tcp "$REVIEW_SMTP_PORT"; }

start_sink() {
  if is_running sink; then return 0; fi
  rm -f "$run_dir/sink.ready"
  # Debian's interpreter, since Debian's aiosmtpd is installed for that one.
  launch sink /usr/bin/python3 "$here/smtp_sink.py" --port "$REVIEW_SMTP_PORT" \
    --directory "$mail_dir" --count-only-after "$REVIEW_MAIL_KEEP_MAX" \
    --ready-file "$run_dir/sink.ready"
  wait_until "$REVIEW_START_LIMIT_SECONDS" sink sink_is_ready ||
    { tail_log "$log_dir/sink.log"; stop_processes sink; fail "the mail sink did not start"; }
}
