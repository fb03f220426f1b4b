#!/bin/sh
# Control groups of a cluster (cgroups(7)): cgroups.sh make|remove NAME.
#   make NAME    creates the groups, prints their folders
#   remove NAME  kills all processes in the groups, and removes the groups
# Version 1: a group in each hierarchy, below the group of the caller, so that the caller's limits stay in force.
# Version 2: a group below the root, since a group that holds processes may hand no controller down.
set -u
# Prints the folders of the groups that a cluster of this name has, made or not.
folders() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    echo "/sys/fs/cgroup/$1"
    return
  fi
  # Of /proc/self/mountinfo: the root of the mount, the mount point, and the controllers at the end of the line; of
  # /proc/self/cgroup: the controllers and the path of the caller's group, which begins with the root of the mount.
  awk -v name="$1" '
    FNR == NR { split($0, part, ":"); path[part[2]] = part[3]; next }
    / - cgroup / {
      n = split($NF, options, ",")
      for (each in path) {
        split(each, controllers, ",")
        for (i = 1; i <= n; i++) if (options[i] == controllers[1]) {
          below = path[each]
          if ($4 != "/") below = substr(below, length($4) + 1)
          if (below == "/") below = ""
          if (!seen[each]++) print $5 below "/" name
        }
      }
    }' /proc/self/cgroup /proc/self/mountinfo
}
make() {
  folders "$1" | while read -r folder; do
    mkdir "$folder" || exit 1
    if [ -f "$folder/cgroup.controllers" ]; then
      # systemd hands down only what its units use; a kubelet wants these.
      for controller in cpu cpuset io memory pids hugetlb; do
        echo "+$controller" >"${folder%/*}/cgroup.subtree_control"
      done 2>/dev/null
      mkdir "$folder/outer"
    fi
    # A cpuset without CPUs and memory takes no process.
    for file in cpuset.cpus cpuset.mems; do
      [ -f "$folder/$file" ] && [ -f "$folder/tasks" ] && cat "${folder%/*}/$file" >"$folder/$file"
    done
    echo "$folder"
  done
}
# Prints the groups of a folder, the innermost first.
groups() { find "$1" -depth -type d 2>/dev/null; }
remove() {
  for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    left=0
    for folder in $(folders "$1"); do
      for group in $(groups "$folder"); do
        while read -r pid; do kill -KILL "$pid"; done <"$group/cgroup.procs"
        rmdir "$group"
      done 2>/dev/null
      [ -d "$folder" ] && left=1
    done
    [ $left = 0 ] && return
    # A process that was killed leaves its group a little later.
    sleep 0.25
  done
  echo "control groups are left: $(folders "$1" | tr '\n' ' ')" >&2
  exit 1
}
"$1" "$2"
