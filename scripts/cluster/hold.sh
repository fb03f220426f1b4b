#!/bin/sh
# Holds a cluster: hold.sh STATE namespaces|host COMMAND…
# Runs the command, in namespaces and control groups of its own or in those of the host, until the command ends, TERM
# arrives, or descriptor 3 ends before a line was read there; then removes the groups and the folder STATE. A kill -9
# leaves nothing either: the kernel ends the command with this process (PR_SET_PDEATHSIG), and the janitor removes what
# is no process. A janitor that is killed is started again. Descriptor 4 is the command's.
set -u
state=$1 mode=$2
shift 2
here=$(dirname "$0")
# The start time tells this process from a later one of the same number (proc(5), field 22).
start=$(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f20)
name=squall-cluster-$$-$start
echo "$$ $start" >"$state/holder"
: >"$state/groups"

# The pipe's only writer is this process: its readers see the end of the pipe when this process is gone.
mkfifo "$state/alive"
exec 9<>"$state/alive"
export CLUSTER_STATE="$state" CLUSTER_NAME="$name"
hire() {
  setsid sh "$here/janitor.sh" <"$state/alive" >/dev/null 2>&1 3<&- 4<&- 9>&- &
  janitor=$!
}
hire
if [ "$mode" = namespaces ]; then
  setpriv --pdeathsig KILL sh "$here/cgroups.sh" make "$name" >"$state/groups" || exit 1
fi
sh "$here/enter.sh" "$state" "$mode" "$@" <"$state/alive" 3<&- 9>&- &
command=$!
exec 4<&-
trap 'kill -KILL $command 2>/dev/null' TERM INT HUP
# The caller writes a line when the cluster is to outlive the caller.
{ read -r _ <&3 || kill -TERM $$; } 9>&- &
reader=$!
exec 3<&-

# `wait` returns also for a signal, the end of the janitor (CHLD) among them.
trap : CHLD
while kill -0 $command 2>/dev/null; do
  kill -0 $janitor 2>/dev/null || hire
  wait $command
done
sh "$here/janitor.sh" now </dev/null
kill -KILL $janitor $reader 2>/dev/null
