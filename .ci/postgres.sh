#!/usr/bin/env bash
# A throw-away PostgreSQL on a free loopback port, for as long as one command runs.
#
#     .ci/postgres.sh make test          # the PostgreSQL contract tests run too
#     .ci/postgres.sh ivr serve ...      # any command; $IVR_TEST_POSTGRES names the database
#
# Exit code: that of the command; 2 when no cluster could be started. Nothing is left behind.
set -euo pipefail

say() { printf 'postgres.sh: %s\n' "$*" >&2; }

[ $# -gt 0 ] || { say "usage: .ci/postgres.sh COMMAND [ARGUMENT...]"; exit 2; }

# Debian keeps the server programs outside PATH; take the newest version there, else PATH.
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -x "$bin/initdb" ] || bin=$(dirname "$(command -v initdb || true)")
[ -x "$bin/initdb" ] || { say "no PostgreSQL server found (apt-get install postgresql)"; exit 2; }

# The server refuses to run as root.
as_owner=()
owner=$(id -un)
if [ "$(id -u)" = 0 ]; then
  owner=nobody
  if id postgres >/dev/null 2>&1; then owner=postgres; fi
  as_owner=(runuser -u "$owner" --)
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/ivr-postgres.XXXXXX")
stop() {
  local code=$?
  trap - EXIT
  (cd / && "${as_owner[@]+"${as_owner[@]}"}" "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$home"
  exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

python=${PYTHON:-python3}
password=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
printf '%s\n' "$password" > "$home/password"
chown -R "$owner" "$home"

run() { (cd / && "${as_owner[@]+"${as_owner[@]}"}" "$@"); }
run "$bin/initdb" -D "$home/data" -U ivr --pwfile="$home/password" --encoding=UTF8 --locale=C.UTF-8 \
  --auth=scram-sha-256 --no-sync >"$home.log" 2>&1 || { cat "$home.log" >&2; rm -f "$home.log"; exit 2; }
rm -f "$home.log"

# Another program may take the port between our look and the start: try again.
started=no
for _ in 1 2 3; do
  port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # Nothing here outlives the run, so nothing is forced to disk.
  if run "$bin/pg_ctl" -D "$home/data" -w -t 60 -l "$home/log" -o "-c listen_addresses=127.0.0.1 -c port=$port \
      -c unix_socket_directories='' -c max_connections=200 -c fsync=off -c full_page_writes=off" start >/dev/null; then
    started=yes
    break
  fi
done
[ "$started" = yes ] || { say "the cluster did not start"; cat "$home/log" >&2 || true; exit 2; }

PGPASSWORD=$password "$bin/createdb" -h 127.0.0.1 -p "$port" -U ivr -w ivr
export IVR_TEST_POSTGRES="postgresql://ivr:$password@127.0.0.1:$port/ivr"
say "$("$bin/postgres" --version) on 127.0.0.1:$port"
"$@"
