# Second stage of the virtual machine, process 1: mounts and cgroups as systemd makes both, then a single command in a
# login session's cgroup. The host's sockets are virtio ports: 1 the command and the status, 2 standard output, 3
# standard error.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
own=/run/virtual-machine
box=$own/busybox
end() { $box poweroff -f; }

$box mkdir -p /dev/pts /dev/shm
$box mount -t devpts -o gid=5,mode=620,ptmxmode=000 devpts /dev/pts
$box mount -t tmpfs -o mode=1777 tmpfs /dev/shm
for kind in securityfs:/sys/kernel/security debugfs:/sys/kernel/debug tracefs:/sys/kernel/tracing bpf:/sys/fs/bpf; do
  $box mount -t "${kind%%:*}" "${kind%%:*}" "${kind#*:}"
done
$box ln -sf /proc/self/fd /dev/fd
$box ln -sf fd/0 /dev/stdin
$box ln -sf fd/1 /dev/stdout
$box ln -sf fd/2 /dev/stderr
$box mkdir -p /run/lock /run/netns
$box mount --make-rshared /
$box hostname virtual-machine
$box ip link set lo up

# The kernel loads further modules when a program first asks for one.
printf '#!%s sh\nexec %s modprobe "$@"\n' "$box" "$box" >$own/modprobe
$box chmod +x $own/modprobe
echo $own/modprobe >/proc/sys/kernel/modprobe
# Modules that no program asks for, or only by a device file that the module itself makes.
$box modprobe -a br_netfilter fuse tun

# systemd's hierarchy: processes only in leaves, and three controllers handed down; others a program has to enable.
groups=/sys/fs/cgroup
session=$groups/user.slice/user-0.slice/session-1.scope
$box mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate,memory_recursiveprot cgroup2 $groups
$box mkdir -p $groups/init.scope $groups/system.slice $session
for group in "" /user.slice /user.slice/user-0.slice; do
  echo "+cpu +memory +pids" >"$groups$group/cgroup.subtree_control"
done
echo 1 >$groups/init.scope/cgroup.procs

# The number of the device depends on the order in which the kernel found the devices.
port=$(echo /dev/vport*p1)
port=${port%1}
exec 3<>"${port}1"
# The end of the input: the host's process died before it could send a command.
read -r command <&3 || end
echo "$command" | $box base64 -d >$own/command
# The host ends the machine at the limit; this second clock is for a host process that was killed.
read -r limit <&3 || end
($box sleep "$limit" && end) 3>&- &
$box sh -c "echo \$\$ >$session/cgroup.procs && exec $box setsid /bin/sh $own/command" \
  3>&- </dev/null >"${port}2" 2>"${port}3" &
wait $!
echo "status $?" >&3
end
