# shellcheck shell=bash source-path=SCRIPTDIR
# shellcheck disable=SC2034 # used by the scripts that source this
# Sourced by the scripts beside it: settings, paths, waiting, and processes known by pid.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
here=$root/deploy/local
# shellcheck source=settings.env
source "$here/settings.env"

[[ $REVIEW_STATE == /* ]] || REVIEW_STATE=$root/$REVIEW_STATE
[[ -n $REVIEW_BIN ]] || REVIEW_BIN=$root/.build/$BUILD_CONFIGURATION
readonly root here REVIEW_STATE REVIEW_BIN

run_dir=$REVIEW_STATE/run
log_dir=$REVIEW_STATE/log
secret_dir=$REVIEW_STATE/secrets
mail_dir=$REVIEW_STATE/mail
# Says that a directory is ours, so that only such a one is ever removed.
state_mark=$REVIEW_STATE/.kiemdiem-state

services=(intake case-tracking rating notification)

say() { printf '%s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

make_state() {
  mkdir -p "$REVIEW_STATE" "$run_dir" "$log_dir" "$mail_dir"
  [[ -d $secret_dir ]] || mkdir -m 0700 "$secret_dir"
  touch "$state_mark"
}

# database_of case-tracking -> case_tracking
database_of() { printf '%s' "${1//-/_}"; }

# setting_of case-tracking HTTP_PORT -> the value of REVIEW_CASE_TRACKING_HTTP_PORT
setting_of() {
  local name=${1//-/_}
  name=REVIEW_${name^^}_$2
  printf '%s' "${!name}"
}

instances_of() {
  local name=${1//-/_}
  name=REVIEW_INSTANCES_${name^^}
  printf '%s' "${!name}"
}

# service_of case-tracking-2 -> case-tracking; number_of case-tracking-2 -> 2
service_of() { printf '%s' "${1%-*}"; }
number_of() { printf '%s' "${1##*-}"; }

port_of() { # INSTANCE HTTP_PORT|ADMIN_PORT
  local base
  base=$(setting_of "$(service_of "$1")" "$2")
  printf '%s' $((base + ($(number_of "$1") - 1) * REVIEW_INSTANCE_PORT_STEP))
}

configured_instances() {
  local service number
  for service in "${services[@]}"; do
    for ((number = 1; number <= $(instances_of "$service"); number++)); do
      printf '%s-%s\n' "$service" "$number"
    done
  done
}

# A password file is made once and then kept: the data outlives `down`.
secret() { # NAME -> path
  local path=$secret_dir/$1
  if [[ ! -s $path ]]; then
    (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$path.new")
    mv "$path.new" "$path"
  fi
  printf '%s' "$path"
}

tail_log() {
  [[ -s $1 ]] || return 0
  printf -- '--- last lines of %s\n' "$1" >&2
  tail -n 40 "$1" >&2
}

# Runs COMMAND again and again until it succeeds; 1 when the limit passed, 2 when the process
# named NAME (may be empty) has ended meanwhile.
wait_until() { # LIMIT_SECONDS NAME COMMAND...
  local deadline=$((SECONDS + $1)) name=$2
  shift 2
  until "$@"; do
    [[ -z $name ]] || is_running "$name" || return 2
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

accepts_tcp() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# --- processes: run/<name>.pid holds "pid start-time"; a reused pid has another start time ---

start_time_of() { # PID
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The command name may hold blanks and brackets; what follows the last bracket is regular.
  stat=${stat##*) }
  # Z: ended, only not yet reaped.
  [[ $stat != Z* ]] || return 1
  cut -d ' ' -f 20 <<<"$stat"
}

pid_of() { # NAME -> pid, only when that very process still runs
  local pid started
  { read -r pid started <"$run_dir/$1.pid"; } 2>/dev/null || return 1
  [[ $(start_time_of "$pid") == "$started" ]] || return 1
  printf '%s' "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

launch() { # NAME COMMAND...: starts it detached, output to log/<name>.log
  local name=$1
  shift
  # Without our lock, and detached from the terminal, so that its Ctrl-C does not reach it.
  setsid "$@" </dev/null >>"$log_dir/$name.log" 2>&1 9>&- &
  local pid=$!
  printf '%s %s\n' "$pid" "$(start_time_of "$pid" || echo 0)" >"$run_dir/$name.pid"
}

signal_process() { # NAME SIGNAL
  local pid
  if pid=$(pid_of "$1"); then
    kill -s "$2" "$pid" 2>/dev/null || true
  fi
}

is_stopped() { ! is_running "$1"; }

# All are asked first and waited for after that: they stop side by side.
stop_processes() { # NAME...
  local name
  for name in "$@"; do signal_process "$name" TERM; done
  for name in "$@"; do
    if ! wait_until "$REVIEW_STOP_LIMIT_SECONDS" '' is_stopped "$name"; then
      say "$name did not stop within $REVIEW_STOP_LIMIT_SECONDS s; killing it"
      signal_process "$name" KILL
      wait_until "$REVIEW_STOP_LIMIT_SECONDS" '' is_stopped "$name" ||
        fail "$name does not end, not even by SIGKILL"
    fi
    rm -f "$run_dir/$name.pid"
  done
}

kill_process() { # NAME
  signal_process "$1" KILL
  wait_until "$REVIEW_STOP_LIMIT_SECONDS" '' is_stopped "$1" || fail "$1 does not end"
  rm -f "$run_dir/$1.pid"
}

require_executable() {
  [[ -x $REVIEW_BIN/$1 ]] ||
    fail "$REVIEW_BIN/$1 is missing; build first (swift build), or set BUILD_CONFIGURATION"
}

# One command at a time may change a stack.
lock_state() {
  exec 9>"$REVIEW_STATE/.lock"
  flock --nonblock 9 || fail "another command is changing the stack in $REVIEW_STATE"
}
