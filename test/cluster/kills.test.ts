/**
 * Kills at random moments, during the start and the life of a cluster: of each single process, and of many at once. No
 * process, mount, link, control group or folder is left on the host.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findCluster, startCluster, stopCluster } from "../../scripts/cluster/cluster.ts";
import { enterCommand } from "../../scripts/cluster/enter.ts";
import { holderOf, stateOf } from "../../scripts/cluster/state.ts";
import { seededChance } from "../bench/statistics.ts";
import { needing } from "../needing.ts";
import { often } from "../soak.ts";
import { sleep, until } from "../waiting.ts";
import { type Kubectl, kubectlOf } from "./kubectl.ts";
import { lackOfPods } from "./requirements.ts";
import { tracesOf } from "./traces.ts";
import { askFrom, webDeployment, webService } from "./workload.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NAME = "killed";
/** A start takes 6 s on a quiet machine: some kills come before its end, some after. */
const LATEST_MS = 9_000;
const GONE_MS = 20_000;
const kill = (pids: readonly (number | string)[]): void => {
  for (const pid of pids)
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {}
};
const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
};
type File = "cmdline" | "environ";
/** Processes whose command line, or environment, has these words. */
const processesWith = (words: string | RegExp, file: File = "cmdline"): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    const text = read(`/proc/${pid}/${file}`);
    return typeof words === "string" ? text.includes(words) : words.test(text);
  });
const holderIn = (state: string) => [holderOf(state)?.pid ?? []].flat();
const janitorsOf = (state: string) => {
  const janitors = processesWith("janitor.sh");
  return processesWith(`CLUSTER_STATE=${state}`, "environ").filter((pid) => janitors.includes(pid));
};
/** Processes of the cluster whose command line matches. */
const component = (pattern: RegExp) => (state: string) => {
  const all = processesWith(`CLUSTER_STATE=${state}`, "environ");
  return processesWith(pattern).filter((pid) => all.includes(pid));
};

/** Processes to kill by name, found at the moment of the kill; `ends`: the cluster has to end by that alone. */
const VICTIMS: readonly {
  readonly name: string;
  readonly ends: boolean;
  find(state: string, command: number): readonly (number | string)[];
}[] = [
  { name: "holder", ends: true, find: holderIn },
  { name: "kubelet", ends: false, find: component(/kube kubelet /) },
  { name: "all processes that name the folder", ends: true, find: (state) => processesWith(state) },
  { name: "process 1", ends: true, find: component(/^sh \S+node\.sh /) },
  { name: "supervisor", ends: true, find: component(/^\S*node --import tsx /) },
  { name: "janitor", ends: false, find: janitorsOf },
  { name: "unshare", ends: true, find: component(/^unshare /) },
  // After a start that has succeeded the command has ended, and the cluster is up.
  { name: "whole command", ends: false, find: (_, command) => [-command] },
  { name: "containerd", ends: false, find: component(/^\S*containerd --config/) },
  // Nobody is left to remove groups and folder before the next command.
  { name: "holder with janitor", ends: false, find: (state) => [...janitorsOf(state), ...holderIn(state)] },
];

needing(describe, lackOfPods)("a cluster that is killed", () => {
  const state = stateOf(NAME);
  afterEach(async () => {
    await stopCluster(NAME);
  });
  const up = () =>
    spawn("npm", ["run", "--silent", "cluster", "--", "up", "--name", NAME], {
      cwd: ROOT,
      detached: true,
      stdio: "ignore",
    });
  const isGone = () => until("no trace is left", () => tracesOf(state).length === 0, GONE_MS).catch(() => {});

  const chance = seededChance(16);
  const rounds = Array.from({ length: often(4, 20) }, (_, round) => ({
    round,
    afterMs: Math.round(chance() * LATEST_MS),
    victim: VICTIMS[round % VICTIMS.length]!,
  }));
  it.each(rounds)(
    "leaves nothing: round $round, $victim.name after $afterMs ms",
    { timeout: 120_000 },
    async ({ afterMs, victim }) => {
      const command = up();
      const exited = once(command, "exit");
      await sleep(afterMs);
      let found: readonly (number | string)[] = [];
      const isThere = () => {
        found = victim.find(state, command.pid!);
        return found.length > 0;
      };
      await until(`there is a ${victim.name} to kill`, isThere, 30_000);
      kill(found);
      await exited;
      if (!victim.ends) await stopCluster(NAME);
      await isGone();
      expect(tracesOf(state)).toEqual([]);
    },
  );

  it("leaves nothing where npm alone is killed while the cluster starts", { timeout: 120_000 }, async () => {
    const command = up();
    await until("the cluster starts", () => holderIn(state).length > 0);
    kill([command.pid!]);
    await isGone();
    expect(tracesOf(state)).toEqual([]);
  });
  it("leaves nothing where the whole command is interrupted while the cluster starts", {
    timeout: 120_000,
  }, async () => {
    const command = up();
    await until("the cluster starts", () => holderIn(state).length > 0);
    process.kill(-command.pid!, "SIGINT");
    await isGone();
    expect(tracesOf(state)).toEqual([]);
  });
  it("is swept by the next command where holder and janitor are killed at the same moment", {
    timeout: 120_000,
  }, async () => {
    await startCluster({ name: NAME, outlives: true });
    kill([...janitorsOf(state), ...holderIn(state)]);
    await until("no process is left", () => !tracesOf(state).some((line) => line.startsWith("process")));
    const down = ["run", "--silent", "cluster", "--", "down", "--name", NAME];
    const { status, stderr } = spawnSync("npm", down, { cwd: ROOT, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(tracesOf(state)).toEqual([]);
  });
  it("goes down although its holder stands still", { timeout: 120_000 }, async () => {
    await startCluster({ name: NAME, outlives: true });
    process.kill(holderIn(state)[0]!, "SIGSTOP");
    await stopCluster(NAME);
    await isGone();
    expect(tracesOf(state)).toEqual([]);
  });

  it("never meets another cluster: names and addresses are the same, the answers are each its own", {
    timeout: 180_000,
  }, async () => {
    const SERVICE = "10.96.0.50";
    const [one, two] = await Promise.all(
      ["one", "two"].map(async (name) => {
        const cluster = await startCluster({ name, outlives: false });
        const kubectl = kubectlOf(cluster.kubectl);
        kubectl.apply(webDeployment("web", name, 1), webService("web", SERVICE));
        kubectl("rollout", "status", "deployment/web", "--timeout=60s");
        const ask = () => kubectl("exec", "deployment/web", "-c", "web", "--", ...askFrom(SERVICE));
        const enter = (...words: readonly string[]) => {
          const [program, ...argv] = enterCommand(cluster.state, words);
          return spawnSync(program, argv, { encoding: "utf8" }).stdout;
        };
        return { cluster, kubectl, ask, enter };
      }),
    );
    try {
      const addressOf = ({ kubectl }: { readonly kubectl: Kubectl }) =>
        kubectl("get", "pod", "-o", "jsonpath={.items[0].status.podIP}");
      expect(addressOf(one!)).toBe(addressOf(two!));
      await until("both answer", () => one!.ask() === "one" && two!.ask() === "two");
      // Neither network has a way to the other's addresses, and neither tree of processes shows the other's.
      for (const each of [one!, two!]) {
        const words = each.enter("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
        expect(words).toContain(each.cluster.state);
        expect(words).not.toContain((each === one ? two! : one!).cluster.state);
      }
      await stopCluster("one");
      expect(tracesOf(one!.cluster.state)).toEqual([]);
      expect(two!.ask()).toBe("two");
      expect(findCluster("one")).toBeNull();
      expect(findCluster("two")).not.toBeNull();
    } finally {
      await Promise.all([stopCluster("one"), stopCluster("two")]);
    }
    expect(tracesOf(two!.cluster.state)).toEqual([]);
  });
});
