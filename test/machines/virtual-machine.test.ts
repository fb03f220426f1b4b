/**
 * The virtual machine with cgroup v2: what a Kubernetes node needs works there, and no process, file or write of a
 * machine stays behind on the host, however the machine ends. Without KVM each boot takes several seconds.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONTAINERD, RUNC } from "../../scripts/cluster/node-programs.ts";
import { NFT } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { ROOT } from "../tiny.ts";
import { until } from "../waiting.ts";
import { type CommandEnd, lackOfVirtualMachines, type MachineForm, runInVirtualMachine } from "./virtual-machine.ts";

const LACK = often("boots take long: only in npm run test:soak", lackOfVirtualMachines());
const LIMIT = { timeout: 400_000 };
/** Runs a shell script in a machine, with `set -e`. */
const script = (text: string, form: Partial<MachineForm> = {}): Promise<CommandEnd> =>
  runInVirtualMachine(["sh", "-ec", text], { folder: ROOT, ...form });
const passes = async (text: string): Promise<string> => {
  const { status, stdout, stderr } = await script(text);
  expect({ status }, `${stdout}${stderr}`).toEqual({ status: 0 });
  return stdout;
};

/** Processes of QEMU whose command line has the text. */
const machinesWith = (text: string): readonly number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words.includes(text) && words.some((word) => word.includes("qemu"));
      } catch {
        return false;
      }
    });
/** Memory sizes that tell the machines of a test from all others on this host. */
const memoryOf = (number: number): number => 512 + (process.pid % 256) + number * 256;
const leftFiles = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("squall-vm-"));

needing(describe, LACK)("a virtual machine", LIMIT, () => {
  it("returns the command's two outputs, words and exit code", async () => {
    const argv = ["sh", "-c", 'printf "%s|" "$0" "$A" "$PWD"; echo wrong >&2; exit 7', "it's $HOME"];
    const { status, stdout, stderr } = await runInVirtualMachine(argv, { folder: ROOT, env: { A: "a'b\nc" } });
    expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: `it's $HOME|a'b\nc|${ROOT}|`, stderr: "wrong\n" });
  });
  it("has the host's files, and keeps every write from them", async () => {
    const mark = join(ROOT, `.virtual-machine-${process.pid}`);
    writeFileSync(mark, "host\n");
    try {
      const said = await passes(`cat ${mark}; echo machine >${mark}; cat ${mark}; echo new >${mark}.new; rm README.md
        if (echo >>/usr/lib/modules/$(uname -r)/modules.dep) 2>/dev/null; then exit 9; fi
        ${process.execPath} -p '6 * 7'`);
      expect(said).toBe("host\nmachine\n42\n");
      expect(readFileSync(mark, "utf8")).toBe("host\n");
      expect(existsSync(`${mark}.new`)).toBe(false);
      expect(existsSync(join(ROOT, "README.md"))).toBe(true);
    } finally {
      rmSync(mark);
    }
  });
  it("has cgroup v2 as systemd mounts it: processes in leaves, and controllers that can be handed down", async () => {
    const said = await passes(`stat -f -c %T /sys/fs/cgroup
      cat /proc/self/cgroup /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/cgroup.subtree_control
      cat /sys/fs/cgroup/cgroup.procs | while read pid; do [ -z "$(cat /proc/$pid/cmdline | tr '\\0' ' ')" ]; done
      cd /sys/fs/cgroup; echo "+cpuset +io" >cgroup.subtree_control; mkdir own; echo "+memory +cpu +cpuset" >own/cgroup.subtree_control
      mkdir own/leaf; echo 0-0 >own/leaf/cpuset.cpus; echo 67108864 >own/leaf/memory.max; echo $$ >own/leaf/cgroup.procs
      cat /proc/self/cgroup own/leaf/memory.max; ! echo $$ >own/cgroup.procs`);
    expect(said).toBe(
      `cgroup2fs\n0::/user.slice/user-0.slice/session-1.scope\ncpuset cpu io memory hugetlb pids rdma misc\ncpu memory pids\n0::/own/leaf\n67108864\n`,
    );
  });
  needing(it, lackOf(NFT))(
    "has namespaces, virtual networks and the tables of kube-proxy and of the redirect",
    async () => {
      const rules = `table ip t {
      map ports { type ipv4_addr . inet_service : inet_service; flags timeout; }
      set seen { type ipv4_addr . ipv4_addr; size 99; flags dynamic,timeout; timeout 9s; }
      chain out { type nat hook output priority -110; policy accept;
        meta skgid 4780 return
        fib daddr type local accept
        meta l4proto tcp counter redirect to :ip daddr . tcp dport map @ports
      }
      chain service {
        update @seen { ip saddr . ip daddr }
        numgen random mod 2 vmap { 0 : jump endpoint, 1 : goto endpoint }
        reject
      }
      chain endpoint {
        ip daddr 10.96.0.1 tcp dport 443 dnat to 127.0.0.1:6443
      }
      chain back { type nat hook postrouting priority 100; policy accept;
        ct mark 1 masquerade random
      }
    }`;
      const said = await passes(`unshare -m -n -p -u -i -C --fork --mount-proc sh -ec '
        cat /proc/self/cgroup; mount -t tmpfs tmpfs /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup
        ip link add left type veth peer name right; ip link add bridge type bridge; ip link set left master bridge
        ip link set lo up; nft "$0"; nft list tables; mkdir /tmp/low /tmp/up /tmp/work /tmp/all
        mount -t overlay -o lowerdir=/tmp/low,upperdir=/tmp/up,workdir=/tmp/work overlay /tmp/all' '${rules}'
      [ -z "$(nft list ruleset)" ] && ip -o link | wc -l; cat /proc/sys/net/bridge/bridge-nf-call-iptables
      [ -c /dev/fuse ] && [ -c /dev/net/tun ]`);
      expect(said).toBe("0::/\ntable ip t\n1\n1\n");
    },
  );
  needing(it, lackOf(CONTAINERD, RUNC))("runs a container in a cgroup of version 2 with its limits", async () => {
    const said =
      await passes(`mkdir -p /tmp/root/bin; cp /bin/busybox /tmp/root/bin/sh; cp /bin/busybox /tmp/root/bin/cat
      printf 'version = 2\\nroot = "/tmp/containerd"\\n' >/tmp/containerd.toml
      containerd --config /tmp/containerd.toml >/tmp/log 2>&1 &
      until ctr version >/dev/null 2>&1; do kill -0 $! || { cat /tmp/log >&2; exit 1; }; sleep 0.2; done
      ctr plugins ls id==overlayfs | grep -o ' ok'
      ctr run --rm --rootfs --memory-limit 67108864 --cpus 0.5 /tmp/root trial \\
        /bin/sh -c 'cat /proc/self/cgroup; exit 3' || echo "exit code $?"
      ctr run --detach --rootfs --memory-limit 67108864 --cpus 0.5 /tmp/root limited /bin/sh -c 'while :; do sleep 9; done'
      cat /sys/fs/cgroup/default/limited/memory.max /sys/fs/cgroup/default/limited/cpu.max`);
    expect(said).toBe(" ok\n0::/default/trial\nexit code 3\n67108864\n50000 100000\n");
  });
  it("ends at its limit, with the reason, and leaves neither process nor file behind", async () => {
    const [before, memoryMiB] = [leftFiles(), memoryOf(0)];
    const ended = script("echo begun; sleep 1000", { memoryMiB, limitMs: 30_000 });
    await expect(ended).rejects.toThrow(/was ended at its limit of 30 s before the command's end.*begun/s);
    expect(machinesWith(`${memoryMiB}M`)).toEqual([]);
    expect(leftFiles()).toEqual(before);
  });
  it("tells of a kernel's panic", async () => {
    const ended = script("echo c >/proc/sysrq-trigger");
    await expect(ended).rejects.toThrow(/ended by itself before the command's end.*sysrq triggered crash/s);
  });
  it("ends with its parent, however that ends", async () => {
    const memoryMiB = memoryOf(1);
    const options = ["--memory", `${memoryMiB}`, "--", "sh", "-c", "echo begun; sleep 1000"];
    const parent = spawn(process.execPath, ["--import", "tsx", "test/machines/run-in-vm.ts", ...options], {
      cwd: ROOT,
    });
    let said = "";
    for (const stream of [parent.stdout, parent.stderr])
      stream.setEncoding("utf8").on("data", (text) => (said += text));
    const exited = once(parent, "exit");
    const before = leftFiles();
    await until("the command has begun", () => said.includes("begun"), 60_000);
    expect(machinesWith(`${memoryMiB}M`)).toHaveLength(1);
    parent.kill("SIGKILL");
    await exited;
    await until("the machine has ended", () => machinesWith(`${memoryMiB}M`).length === 0);
    expect(leftFiles()).toEqual(before);
  });
});
