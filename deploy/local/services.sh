# shellcheck shell=bash
# shellcheck disable=SC2154 # paths and settings are those of common.sh
# The four services. Sourced after common.sh, proxy.sh and broker.sh.

# KEY=value lines, read as they stand: no quoting, no expansion.
write_environment() { # INSTANCE
  local service database embedded=false
  service=$(service_of "$1")
  database=$(database_of "$service")
  ! uses_embedded_broker || embedded=true
  {
    cat <<ENV
REVIEW_PROFILE=local
REVIEW_INSTANCE=$1
REVIEW_HTTP_HOST=127.0.0.1
REVIEW_HTTP_PORT=$(port_of "$1" HTTP_PORT)
REVIEW_ADMIN_PORT=$(port_of "$1" ADMIN_PORT)
REVIEW_POSTGRES_HOST=127.0.0.1
REVIEW_POSTGRES_PORT=$(port_to postgres)
REVIEW_POSTGRES_DATABASE=$database
REVIEW_POSTGRES_USER=$database
REVIEW_POSTGRES_PASSWORD_FILE=$(secret "$database")
REVIEW_POSTGRES_OWNER=${database}_owner
REVIEW_POSTGRES_OWNER_PASSWORD_FILE=$(secret "${database}_owner")
REVIEW_POSTGRES_POOL=$REVIEW_POSTGRES_POOL
REVIEW_KAFKA_BOOTSTRAP_SERVERS=$(bootstrap_servers)
REVIEW_KAFKA_EMBEDDED=$embedded
REVIEW_KAFKA_PARTITIONS=$REVIEW_KAFKA_PARTITIONS
REVIEW_KAFKA_REPLICATION=$REVIEW_KAFKA_REPLICATION
REVIEW_LOG_LEVEL=$REVIEW_LOG_LEVEL
REVIEW_LOG_INTAKE=http://127.0.0.1:$(port_of intake-1 ADMIN_PORT)
REVIEW_LOG_CASE=http://127.0.0.1:$(port_of case-tracking-1 ADMIN_PORT)
REVIEW_LOG_RATING=http://127.0.0.1:$(port_of rating-1 ADMIN_PORT)
REVIEW_LOG_NOTIFICATION=http://127.0.0.1:$(port_of notification-1 ADMIN_PORT)
ENV
    [[ $service != notification ]] || cat <<ENV
REVIEW_SMTP_HOST=127.0.0.1
REVIEW_SMTP_PORT=$(port_to smtp)
REVIEW_SMTP_TLS=local-sink
REVIEW_MAIL_FROM=$REVIEW_MAIL_FROM
REVIEW_PORTAL_URL=$REVIEW_PORTAL_URL
ENV
  } >"$run_dir/$1.env"
}

# Fills `environment` with the lines of the instance's file.
read_environment() { # INSTANCE
  mapfile -t environment <"$run_dir/$1.env"
}

migrate_service() { # SERVICE
  local environment log=$log_dir/$1-migrate.log code=0
  require_executable "$1"
  write_environment "$1-1"
  read_environment "$1-1"
  timeout "$REVIEW_MIGRATE_LIMIT_SECONDS" env "${environment[@]}" "$REVIEW_BIN/$1" migrate \
    </dev/null >"$log" 2>&1 9>&- || code=$?
  [[ $code -ne 124 ]] ||
    { tail_log "$log"; fail "$1 migrate took longer than $REVIEW_MIGRATE_LIMIT_SECONDS s"; }
  [[ $code -eq 0 ]] || { tail_log "$log"; fail "$1 migrate failed ($code)"; }
}

launch_service() { # INSTANCE
  if is_running "$1"; then return 0; fi
  local environment service
  service=$(service_of "$1")
  require_executable "$service"
  write_environment "$1"
  read_environment "$1"
  launch "$1" env "${environment[@]}" "$REVIEW_BIN/$service" serve
}

service_is_ready() { # INSTANCE
  curl --fail --silent --max-time 2 --output /dev/null \
    "http://127.0.0.1:$(port_of "$1" ADMIN_PORT)/health/ready"
}

await_service() { # INSTANCE
  local code=0
  wait_until "$REVIEW_START_LIMIT_SECONDS" "$1" service_is_ready "$1" || code=$?
  # Somebody else may have answered on that port.
  is_running "$1" || code=2
  case $code in
    0) return 0 ;;
    2) tail_log "$log_dir/$1.log"; fail "$1 has ended" ;;
    *) tail_log "$log_dir/$1.log"
      fail "$1 was not ready within $REVIEW_START_LIMIT_SECONDS s" ;;
  esac
}

# Also those a former setting started.
known_instances() {
  local file name
  for file in "$run_dir"/*.pid; do
    name=$(basename "$file" .pid)
    case $name in
      broker | sink | proxy | '*') ;;
      *) printf '%s\n' "$name" ;;
    esac
  done
}

# The addresses a client of the stack needs, as KEY=value lines.
addresses() {
  local service prefix number urls admin
  for service in "${services[@]}"; do
    prefix=$(database_of "$service")
    prefix=REVIEW_${prefix^^}
    [[ $service != case-tracking ]] || prefix=REVIEW_CASE
    urls='' admin=''
    for ((number = 1; number <= $(instances_of "$service"); number++)); do
      urls+=,http://127.0.0.1:$(port_of "$service-$number" HTTP_PORT)
      admin+=,http://127.0.0.1:$(port_of "$service-$number" ADMIN_PORT)
    done
    urls=${urls#,}
    printf '%s_URL=%s\n%s_URLS=%s\n%s_ADMIN_URLS=%s\n' \
      "$prefix" "${urls%%,*}" "$prefix" "$urls" "$prefix" "${admin#,}"
  done
  printf 'REVIEW_MAIL_SINK=%s\n' "$mail_dir"
}
