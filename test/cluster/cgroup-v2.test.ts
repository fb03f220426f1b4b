/**
 * The node on cgroup v2, as systemd mounts it: in a virtual machine, since this host may have version 1. Emulated, a node
 * takes minutes.
 */
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { KUBE } from "../../scripts/cluster/kube.ts";
import { lackOfVirtualMachines, runInVirtualMachine } from "../machines/virtual-machine.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { lackOfPods } from "./requirements.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const LIMIT_MS = 1_500_000;
const LACK = often("boots take long: only in npm run test:soak", lackOfPods ?? lackOfVirtualMachines());

needing(describe, LACK)("a node on cgroup v2", () => {
  it("comes up, runs a pod, and leaves no group behind", { timeout: LIMIT_MS + 60_000 }, async () => {
    const cluster = `${process.execPath} --import tsx ${join(ROOT, "scripts/cluster/main.ts")}`;
    const script = `
      stat -f -c %T /sys/fs/cgroup
      ${cluster} up --wait 20m
      ${cluster} kubectl run web --image squall.test/busybox:1 --restart Never -- sleep 100000
      ${cluster} kubectl wait --for=condition=Ready pod/web --timeout=300s
      ${cluster} kubectl exec web -- cat /proc/self/cgroup
      ${cluster} down
      find /sys/fs/cgroup -name 'squall-cluster*'
      echo gone`;
    const { status, stdout, stderr } = await runInVirtualMachine(["sh", "-ec", script], {
      ...{ folder: ROOT, memoryMiB: 6_144, limitMs: LIMIT_MS, env: { XDG_CACHE_HOME: join(KUBE.find()!, "../../..") } },
    });
    expect({ status }, `${stdout}${stderr}`).toEqual({ status: 0 });
    expect(stdout).toMatch(
      /^cgroup2fs\nexport KUBECONFIG=\S+\npod\/web created\npod\/web condition met\n0::\/\ngone\n$/,
    );
  });
});
