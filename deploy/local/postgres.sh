# shellcheck shell=bash
# shellcheck disable=SC2154 # paths and settings are those of common.sh
# The PostgreSQL cluster of a state directory. Sourced after common.sh.

postgres_user=postgres

if [[ -z $REVIEW_POSTGRES_BIN ]]; then
  REVIEW_POSTGRES_BIN=$(
    find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1
  )
  REVIEW_POSTGRES_BIN=${REVIEW_POSTGRES_BIN%/initdb}
fi

# PostgreSQL refuses to run as root.
as_postgres() {
  if [[ $(id -u) -eq 0 ]]; then
    (cd / && runuser -u "$postgres_user" -- "$@")
  else
    "$@"
  fi
}

# Resolved: user postgres can follow no link that lies where it may not enter.
postgres_home() { readlink -f "$REVIEW_STATE/postgres"; }

# Where the cluster goes when its user may not enter the state directory.
postgres_fallback() {
  printf '/var/tmp/kiemdiem-%s' "$(printf '%s' "$REVIEW_STATE" | sha256sum | cut -c 1-16)"
}

make_postgres_home() {
  local home
  home=$(postgres_home)
  [[ ! -d $home ]] || return 0
  if [[ $(id -u) -ne 0 ]]; then
    mkdir -m 0700 "$home"
  elif as_postgres test -x "$REVIEW_STATE"; then
    install -d -m 0700 -o "$postgres_user" -g "$postgres_user" "$home"
  else
    local other
    other=$(postgres_fallback)
    say "user $postgres_user cannot enter $REVIEW_STATE: the cluster goes to $other"
    [[ ! -e $other ]] || [[ $(stat -c %U "$other") == "$postgres_user" ]] ||
      fail "$other exists and is not of user $postgres_user"
    install -d -m 0700 -o "$postgres_user" -g "$postgres_user" "$other"
    rm -f "$REVIEW_STATE/postgres"
    ln -s "$other" "$REVIEW_STATE/postgres"
  fi
}

# A memory file system for the data, so that it can be full without the machine being so. Where
# mounting is not allowed, this is not possible: the data lies in an ordinary directory then.
mount_postgres_volume() {
  [[ -n $REVIEW_POSTGRES_VOLUME_MIB ]] || return 0
  ! postgres_has_volume || return 0
  local home
  home=$(postgres_home)
  mount -t tmpfs -o "size=${REVIEW_POSTGRES_VOLUME_MIB}m,mode=0700,uid=$(stat -c %u "$home"),gid=$(
    stat -c %g "$home")" kiemdiem-postgres "$home" 2>/dev/null ||
    say "no right to mount: PostgreSQL's data lies in $home"
}

postgres_has_volume() { mountpoint -q "$(postgres_home)"; }

remove_postgres_home() {
  local home
  home=$(postgres_home)
  ! postgres_has_volume || umount "$home"
  rm -rf "$home"
}

make_postgres_cluster() {
  local home password
  home=$(postgres_home)
  # The version file is written first, the include line last: a run that was cut short starts anew.
  if as_postgres grep -qs "^include 'local.conf'" "$home/data/postgresql.conf"; then return 0; fi
  as_postgres rm -rf "$home/data"
  password=$home/password
  as_postgres sh -c "umask 077; cat > '$password'" <"$(secret postgres)"
  as_postgres "$REVIEW_POSTGRES_BIN/initdb" --pgdata="$home/data" --username=postgres \
    --pwfile="$password" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    --data-checksums >"$log_dir/initdb.log" 2>&1 ||
    { tail_log "$log_dir/initdb.log"; fail "initdb failed"; }
  as_postgres rm -f "$password"
  as_postgres sh -c "echo \"include 'local.conf'\" >> '$home/data/postgresql.conf'"
}

write_postgres_settings() {
  as_postgres sh -c "cat > '$(postgres_home)/data/local.conf'" <<CONF
# Written at each start of the local stack.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = $REVIEW_POSTGRES_PORT
max_connections = $REVIEW_POSTGRES_MAX_CONNECTIONS
password_encryption = scram-sha-256
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 256MB
max_wal_size = 2GB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
cluster_name = 'kiemdiem-local'
CONF
}

postgres_is_running() {
  local home
  home=$(postgres_home)
  [[ -d $home ]] && as_postgres "$REVIEW_POSTGRES_BIN/pg_ctl" status -D "$home/data" >/dev/null 2>&1
}

postgres_pid() { as_postgres head -n 1 "$(postgres_home)/data/postmaster.pid" 2>/dev/null; }

postgres_is_ready() {
  "$REVIEW_POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$REVIEW_POSTGRES_PORT"
}

start_postgres() {
  [[ -n $REVIEW_POSTGRES_BIN ]] || fail "PostgreSQL is not installed; run deploy/setup"
  make_postgres_home
  mount_postgres_volume
  make_postgres_cluster
  if postgres_is_running; then return 0; fi
  ! accepts_tcp "$REVIEW_POSTGRES_PORT" ||
    fail "port $REVIEW_POSTGRES_PORT is taken by another process (REVIEW_POSTGRES_PORT)"
  write_postgres_settings
  local home
  home=$(postgres_home)
  ln -sfn "$home/server.log" "$log_dir/postgres.log"
  as_postgres "$REVIEW_POSTGRES_BIN/pg_ctl" start -s -w -t "$REVIEW_START_LIMIT_SECONDS" \
    -D "$home/data" -l "$home/server.log" </dev/null >"$log_dir/pg_ctl.log" 2>&1 9>&- ||
    { tail_log "$log_dir/pg_ctl.log"; as_postgres tail -n 40 "$home/server.log" >&2 || true
      fail "PostgreSQL did not start"; }
  wait_until "$REVIEW_START_LIMIT_SECONDS" '' postgres_is_ready ||
    fail "PostgreSQL did not become ready within $REVIEW_START_LIMIT_SECONDS s"
}

stop_postgres() { # [fast|immediate]
  postgres_is_running || return 0
  as_postgres "$REVIEW_POSTGRES_BIN/pg_ctl" stop -s -m "${1:-fast}" \
    -t "$REVIEW_STOP_LIMIT_SECONDS" -D "$(postgres_home)/data" ||
    fail "PostgreSQL did not stop within $REVIEW_STOP_LIMIT_SECONDS s"
}

# The superuser's environment, for one command of PostgreSQL's own.
postgres_command() {
  PGHOST=127.0.0.1 PGPORT=$REVIEW_POSTGRES_PORT PGUSER=postgres \
    PGPASSWORD=$(<"$(secret postgres)") PGDATABASE=${PGDATABASE:-postgres} "$@"
}

sql() { # DATABASE, statements on standard input
  PGDATABASE=$1 postgres_command \
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --output=/dev/null
}

# For each service a database, an owner that migrates and a role that runs and may not change
# structure. The rights on tables come from the migrations.
make_databases() {
  local service
  for service in "${services[@]}"; do
    local name
    name=$(database_of "$service")
    sql postgres <<SQL
SELECT format('CREATE ROLE %I LOGIN', wanted) FROM unnest(ARRAY['${name}_owner', '${name}']) wanted
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec
ALTER ROLE ${name}_owner PASSWORD '$(<"$(secret "${name}_owner")")';
ALTER ROLE ${name} PASSWORD '$(<"$(secret "$name")")';
SELECT 'CREATE DATABASE ${name} OWNER ${name}_owner'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}') \gexec
SQL
    grant_database "$service" "$name"
  done
}

grant_database() { # SERVICE DATABASE
  local name
  name=$(database_of "$1")
  sql "$2" <<SQL
REVOKE ALL ON DATABASE "$2" FROM PUBLIC;
GRANT CONNECT ON DATABASE "$2" TO ${name};
ALTER SCHEMA public OWNER TO ${name}_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO ${name}_owner;
GRANT USAGE ON SCHEMA public TO ${name};
SQL
}
