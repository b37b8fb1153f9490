#!/usr/bin/env bash
# A real S3 server on loopback for tests: one Ceph monitor, one OSD with its data in memory, and
# two S3 gateways over them.
#
#   radosgw.sh up DIR ACCESS_KEY SECRET_KEY     starts everything below DIR, which is made anew
#   radosgw.sh down DIR                         kills it
#
# Environment of `up`; every port must be free:
#   S3_PORT, MON_PORT, MON_PORT_2   the gateway and the monitor; required
#   STS_PORT                        a second gateway with AssumeRole switched on. Apart from the
#                                   first, because with it a wrong secret is only AccessDenied.
#   TLS_PORT, DNS_NAME              for the second gateway: HTTPS too, with the certificate
#                                   DIR/tls.crt of DNS_NAME, *.DNS_NAME and 127.0.0.1, and
#                                   virtual-host addressing below DNS_NAME
# Packages: radosgw ceph-mon ceph-osd ceph-common. The data is gone when it stops.
set -euo pipefail

usage() {
  sed -n '5,6s/^# *//p' "$0" >&2
  exit 64
}

down() {  # DIR
  local file
  # A gateway takes a minute to end on SIGTERM, and nothing here has to be kept.
  for file in "$1"/*.pid; do
    [[ -s "$file" ]] && kill -9 "$(< "$file")" 2> /dev/null
  done
  return 0
}

write_certificate() {  # DIR DNS_NAME
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$2" \
    -keyout "$1/tls.key" -out "$1/tls.crt" \
    -addext "subjectAltName=DNS:$2,DNS:*.$2,DNS:localhost,IP:127.0.0.1" 2> /dev/null
}

write_configuration() {  # DIR FSID MONITOR_ADDRESSES
  local dir=$1 sts_frontends="beast endpoint=127.0.0.1:${STS_PORT:-0}"
  if [[ -n "${TLS_PORT:-}" ]]; then
    sts_frontends+=" ssl_endpoint=127.0.0.1:$TLS_PORT"
    sts_frontends+=" ssl_certificate=$dir/tls.crt ssl_private_key=$dir/tls.key"
  fi
  cat > "$dir/ceph.conf" <<CONF
[global]
fsid = $2
mon initial members = a
mon host = $3
public network = 127.0.0.0/8
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
# Without keys there can be no encrypted link to the monitor, which a gateway asks for by default.
ms mon client mode = crc secure
run dir = $dir/run
admin socket = $dir/run/\$name.asok
log file = $dir/log/\$name.log
log to stderr = false
keyring = /dev/null
osd objectstore = memstore
memstore device bytes = 8589934592
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
[mon.a]
mon data = $dir/mon
public addr = $3
[osd.0]
osd data = $dir/osd
[client.s3]
rgw data = $dir/s3
rgw frontends = beast endpoint=127.0.0.1:$S3_PORT
[client.sts]
rgw data = $dir/sts
rgw frontends = $sts_frontends
rgw s3 auth use sts = true
# What the tokens of this test server are sealed with.
rgw sts key = 0123456789abcdef
${DNS_NAME:+rgw dns name = $DNS_NAME}
CONF
}

wait_for() {  # PORT NAME
  local attempt
  for (( attempt = 0; attempt < 600; ++attempt )); do
    if curl -s -o /dev/null "http://127.0.0.1:$1/"; then
      return 0
    fi
    sleep 0.1
  done
  echo "radosgw.sh: $2 does not answer on port $1" >&2
  return 1
}

start() {  # DIR NAME COMMAND...
  local dir=$1 name=$2
  shift 2
  "$@" < /dev/null > "$dir/log/$name.out" 2>&1 &
  echo $! > "$dir/$name.pid"
}

up() {  # DIR ACCESS_KEY SECRET_KEY
  local dir=$1 fsid osd_id
  rm -rf "$dir"
  mkdir -p "$dir"/{mon,osd,s3,sts,run,log}
  dir=$(cd "$dir" && pwd)
  trap "down '$dir'" EXIT
  fsid=$(< /proc/sys/kernel/random/uuid)
  osd_id=$(< /proc/sys/kernel/random/uuid)
  local addresses="[v2:127.0.0.1:$MON_PORT_2,v1:127.0.0.1:$MON_PORT]"
  if [[ -n "${TLS_PORT:-}" ]]; then
    write_certificate "$dir" "$DNS_NAME"
  fi
  write_configuration "$dir" "$fsid" "$addresses"
  export CEPH_CONF="$dir/ceph.conf"

  monmaptool --create --fsid "$fsid" --addv a "$addresses" "$dir/monmap" > /dev/null
  ceph-mon -i a --mkfs --monmap "$dir/monmap" > /dev/null 2>&1
  start "$dir" mon ceph-mon -f -i a
  # The monitor must have heard of the OSD by this id before it lets it in.
  ceph --connect-timeout 30 osd new "$osd_id" 0 > /dev/null 2>&1
  ceph-osd -i 0 --mkfs --osd-uuid "$osd_id" > /dev/null 2>&1
  start "$dir" osd ceph-osd -f -i 0
  start "$dir" s3 radosgw -f -n client.s3
  wait_for "$S3_PORT" "the gateway"
  radosgw-admin -n client.s3 user create --uid=test --display-name=test --access-key="$2" \
    --secret-key="$3" --caps='roles=*;user-policy=*' > /dev/null 2>&1
  if [[ -n "${STS_PORT:-}" ]]; then
    start "$dir" sts radosgw -f -n client.sts
    wait_for "$STS_PORT" "the gateway with STS"
  fi
  trap - EXIT
}

case "${1:-}" in
  up)
    (( $# == 4 )) || usage
    up "$2" "$3" "$4"
    ;;
  down)
    (( $# == 2 )) || usage
    down "$2"
    ;;
  *) usage ;;
esac
