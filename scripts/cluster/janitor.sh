#!/bin/sh
# Removes what a cluster leaves that is no process, when standard input ends: janitor.sh [now]. The folder and the name of the control
# groups are in the environment (CLUSTER_STATE, CLUSTER_NAME), not in the command line: `pkill -f` with the folder, which
# finds all other processes of the cluster, leaves the janitor to its work.
trap '' HUP INT TERM
cat >/dev/null
# The end of a killed holder's pipe comes before the signal that ends its children: they may still make a group.
[ "${1:-}" = now ] || sleep 0.5
sh "$(dirname "$0")/cgroups.sh" remove "$CLUSTER_NAME"
rm -rf "$CLUSTER_STATE"
