#!/bin/sh
# Runs a command that ends with the caller: enter.sh STATE namespaces|host COMMAND…
set -eu
state=$1 mode=$2
shift 2
[ "$mode" = host ] && exec setpriv --pdeathsig KILL "$@"
echo $$ >"$state/unshare"
while read -r folder; do echo $$ >"$folder/cgroup.procs"; done <"$state/groups"
exec setpriv --pdeathsig KILL \
  unshare --mount --net --pid --uts --ipc --cgroup --fork --kill-child=KILL --mount-proc \
  sh "$(dirname "$0")/node.sh" "$@"
