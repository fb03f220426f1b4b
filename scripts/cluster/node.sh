#!/bin/sh
# Makes a machine for a node of Kubernetes out of new namespaces, and runs a command there: node.sh COMMAND…
# Process 1 of the process namespace: all other processes end with this one. Mounts, links, rules and names made here
# are in the namespaces alone.
set -eu
echo node >/proc/sys/kernel/hostname
# Kubelets want mounts to propagate to containers; the host's mounts were made private by unshare(1).
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/log
# Folders made below /var/lib, those of the CNI plugins among them, lie in memory and not on the host.
mkdir /run/made /run/work
mount -t overlay -o lowerdir=/var/lib,upperdir=/run/made,workdir=/run/work overlay /var/lib
# An overlay cannot hold the upper folders of containers' overlays.
for folder in /var/lib/containerd /var/lib/kubelet /var/lib/etcd; do
  mkdir -p $folder
  mount -t tmpfs -o mode=755 tmpfs $folder
done

if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # Version 2: the own group becomes the root, which must be free of processes to hand controllers down.
  umount -R /sys/fs/cgroup 2>/dev/null || true
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir /sys/fs/cgroup/system
  echo $$ >/sys/fs/cgroup/system/cgroup.procs
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
  done
else
  hierarchies=$(sed -n 's/^[0-9]*:\([^:][^:]*\):.*/\1/p' /proc/self/cgroup)
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  for controllers in $hierarchies; do
    folder=/sys/fs/cgroup/${controllers#name=}
    mkdir "$folder"
    case $controllers in
      name=*) mount -t cgroup -o "none,$controllers" cgroup "$folder" ;;
      *) mount -t cgroup -o "$controllers" cgroup "$folder" ;;
    esac
    for controller in $(echo "$controllers" | tr , ' '); do
      [ -e "/sys/fs/cgroup/${controller#name=}" ] || ln -s "$controllers" "/sys/fs/cgroup/$controller"
    done
  done
fi

# Kubelets set these for the whole machine: the namespaces get files in their place.
mkdir /run/sysctl
while read -r key value; do
  file=/run/sysctl/$(echo "$key" | tr / .)
  echo "$value" >"$file"
  mount --bind "$file" "/proc/sys/$key"
done <<END
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END

# The node's address is of a block for documentation (RFC 5737): no packet leaves the namespace.
ip link set lo up
ip link add node0 type veth peer name node1
ip link set node1 up
ip address add 192.0.2.1/24 dev node0
ip link set node0 up
ip route add default via 192.0.2.254 dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward

# A shell as process 1 waits for every process that lost its parent. Standard input goes by another number: shells give
# /dev/null to a command in the background.
exec 5<&0
"$@" <&5 5<&- &
command=$!
trap 'kill -TERM $command' TERM
while kill -0 $command 2>/dev/null; do wait $command || true; done
