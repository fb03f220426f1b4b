#!/bin/busybox sh
# First stage of the virtual machine, process 1 of the initramfs: the host's root file system, read-only by 9p, below a
# tmpfs that takes all writes. The kernel hands settings over as variables of the environment: HOST_MODULES, SESSION.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /host /writes /root
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
modprobe -a virtio_pci virtio_console 9pnet_virtio 9p overlay || exit 1

mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=524288 host /host || exit 1
mount -t tmpfs -o size=75%,mode=755 tmpfs /writes
mkdir /writes/upper /writes/work
mount -t overlay -o lowerdir=/host,upperdir=/writes/upper,workdir=/writes/work overlay /root || exit 1

# Folders that systemd mounts as tmpfs. Overlays (of a container runtime) need a tmpfs: an overlay takes no overlay's
# folder for its writes.
for folder in run tmp var/lib/containerd var/lib/kubelet; do
  mkdir -p "/root/$folder"
  mount -t tmpfs -o "size=75%,mode=$([ "$folder" = tmp ] && echo 1777 || echo 755)" tmpfs "/root/$folder"
done

version=$(uname -r)
mkdir -p "/root/lib/modules/$version" /root/run/virtual-machine
mount --bind "/host$HOST_MODULES" "/root/lib/modules/$version" || exit 1
cp /bin/busybox /session.sh /root/run/virtual-machine/
mount --move /proc /root/proc
mount --move /sys /root/sys
mount --move /dev /root/dev
exec switch_root /root /run/virtual-machine/busybox sh /run/virtual-machine/session.sh
