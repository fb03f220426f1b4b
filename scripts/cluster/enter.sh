#!/bin/sh
# Runs a command that ends with the caller: enter.sh STATE namespaces|host COMMAND…
set -eu
state=$1 mode=$2
shift 2
case $mode in
  host) exec setpriv --pdeathsig KILL "$@" ;;
  namespaces)
    while read -r folder; do echo $$ >"$folder/cgroup.procs"; done <"$state/groups"
    exec setpriv --pdeathsig KILL unshare --cgroup sh "$0" "$state" entered "$@"
    ;;
esac
# The groups are the roots of the new namespace now. Of version 2, a root that hands controllers down may hold no
# process: unshare(1), which waits outside of the node's process namespace, goes to a group below.
while read -r folder; do
  if [ -d "$folder/outer" ]; then echo $$ >"$folder/outer/cgroup.procs"; fi
done <"$state/groups"
echo $$ >"$state/unshare"
exec unshare --mount --net --pid --uts --ipc --fork --kill-child=KILL --mount-proc \
  sh "$(dirname "$0")/node.sh" "$@"
