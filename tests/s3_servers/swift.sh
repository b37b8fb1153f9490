#!/usr/bin/env bash
# A second real S3 server for tests: OpenStack Swift with its S3 front end, one server of each
# kind, one copy of the data, all on loopback. Unlike radosgw it insists on the right region
# (us-east-1) and encodes the keys of a listing in another way.
#
#   swift.sh up DIR SECRET_KEY      starts it below DIR, which is made anew; the access key is
#                                   test:tester
#   swift.sh down DIR               kills it
#
# Environment of `up`: S3_PORT, ACCOUNT_PORT, CONTAINER_PORT, OBJECT_PORT; each must be free.
# Packages: swift-proxy swift-account swift-container swift-object.
set -euo pipefail

usage() {
  sed -n '6,8s/^# *//p' "$0" >&2
  exit 64
}

down() {  # DIR
  local file
  # Each server is its own process group: a master and its worker.
  for file in "$1"/*.pid; do
    [[ -s "$file" ]] && kill -9 -- "-$(< "$file")" 2> /dev/null
  done
  return 0
}

write_defaults() {  # DIR PORT
  cat <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $2
workers = 1
user = $(id -un)
swift_dir = $1/etc
devices = $1/devices
mount_check = false
log_level = ERROR
CONF
}

write_storage() {  # DIR KIND PORT
  local ring="$1/etc/$2.builder"
  swift-ring-builder "$ring" create 6 1 1 > /dev/null
  swift-ring-builder "$ring" add "r1z1-127.0.0.1:$3/disk" 1 > /dev/null
  swift-ring-builder "$ring" rebalance > /dev/null || true  # Warns about a single device.
  {
    write_defaults "$1" "$3"
    cat <<CONF
[pipeline:main]
pipeline = $2-server
[app:$2-server]
use = egg:swift#$2
CONF
  } > "$1/etc/$2.conf"
}

write_proxy() {  # DIR PORT SECRET_KEY
  local filters=(catch_errors cache listing_formats s3api tempauth slo)
  {
    write_defaults "$1" "$2"
    cat <<CONF
[pipeline:main]
pipeline = ${filters[*]} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = $3 .admin
[filter:slo]
use = egg:swift#slo
CONF
  } > "$1/etc/proxy.conf"
}

start() {  # DIR KIND
  setsid "swift-$2-server" "$1/etc/$2.conf" < /dev/null > "$1/log/$2.log" 2>&1 &
  echo $! > "$1/$2.pid"
}

up() {  # DIR SECRET_KEY
  local dir=$1 kind attempt
  rm -rf "$dir"
  mkdir -p "$dir"/{devices/disk,etc,log}
  dir=$(cd "$dir" && pwd)
  trap "down '$dir'" EXIT
  write_storage "$dir" account "$ACCOUNT_PORT"
  write_storage "$dir" container "$CONTAINER_PORT"
  write_storage "$dir" object "$OBJECT_PORT"
  write_proxy "$dir" "$S3_PORT" "$2"
  for kind in account container object proxy; do
    start "$dir" "$kind"
  done
  for (( attempt = 0; attempt < 300; ++attempt )); do
    if curl -s -o /dev/null "http://127.0.0.1:$S3_PORT/"; then
      trap - EXIT
      return 0
    fi
    sleep 0.1
  done
  echo "swift.sh: Swift does not answer on port $S3_PORT" >&2
  return 1
}

case "${1:-}" in
  up)
    (( $# == 3 )) || usage
    up "$2" "$3"
    ;;
  down)
    (( $# == 2 )) || usage
    down "$2"
    ;;
  *) usage ;;
esac
