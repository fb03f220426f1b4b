/**
 * SIGKILL of any process of Squall, alone or with another, at any moment: no process of the mesh stays, not even
 * stopped processes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { test as base, describe, expect } from "vitest";
import { terminateAll } from "../../server/keeper/terminate.ts";
import { freePort } from "../ports.ts";
import { often } from "../soak.ts";
import {
  childOf,
  configOf,
  eventually,
  gone,
  isAlive,
  left,
  type Mode,
  meshOf,
  PARENT,
  service,
  sweep,
  type Told,
} from "./stage.ts";

type Victim = "parent" | "keeper" | "watch" | "agent";
interface Event {
  readonly type: string;
  readonly [key: string]: unknown;
}
interface Scene extends Told {
  readonly parent: ChildProcess;
  readonly events: readonly Event[];
  pid(victim: Victim): number | undefined;
}
/** `it` with separate scenes for each test, so that tests can run at the same time. */
const it = base.extend<{ readonly scenes: Scene[] }>({
  scenes: async ({ task: _ }, use) => {
    const scenes: Scene[] = [];
    await use(scenes);
    for (const scene of scenes) {
      scene.parent.kill("SIGKILL");
      const { marker: run, folder } = scene.config;
      await terminateAll({ run, folder }, []);
      sweep(scene);
    }
  },
});

const open = async (scenes: Scene[], modes: readonly Mode[], agent: readonly string[] = []): Promise<Scene> => {
  const ports = await Promise.all(modes.map(freePort));
  const services = modes.map((mode, i) => service(`s${i}`, ports[i]!, mode));
  const told = configOf(meshOf(services, await freePort()));
  const config = { ...told.config, agent: [...told.config.agent!, ...agent] };
  const parent = spawn(process.execPath, [PARENT], { stdio: ["pipe", "pipe", "inherit"] });
  parent.stdin.end(JSON.stringify(config));
  const events: Event[] = [];
  createInterface({ input: parent.stdout }).on("line", (line) => events.push(JSON.parse(line)));
  const keeper = () => childOf(parent.pid!, "keeper.js");
  const find: Record<Victim, () => number | undefined> = {
    parent: () => parent.pid,
    keeper,
    watch: () => childOf(keeper() ?? -1, "watchdog.js"),
    agent: () => childOf(keeper() ?? -1, "agent.mjs"),
  };
  const scene: Scene = { ...told, config, parent, events, pid: (victim) => find[victim]() };
  scenes.push(scene);
  return scene;
};
const ready = async ({ events }: Scene): Promise<Event> => {
  const seen = await eventually(
    () => events.find(({ type }) => type === "ready" || type === "failed"),
    (event) => event !== undefined,
    20_000,
  );
  expect(seen).toMatchObject({ type: "ready" });
  return seen!;
};
const kill = (pids: readonly (number | undefined)[]) => {
  for (const pid of pids) if (pid !== undefined && isAlive(pid)) process.kill(pid, "SIGKILL");
};
/** Asserts that the mesh, the keeper and the watch are gone. */
const nothingLeft = async (scene: Scene, others: readonly (number | undefined)[]) => {
  expect(await gone(scene.config)).toEqual([]);
  const alive = () => others.filter((pid) => pid !== undefined && isAlive(pid));
  expect(await eventually(alive, (pids) => pids.length === 0)).toEqual([]);
};

const FATAL: readonly (readonly Victim[])[] = [
  ["parent"],
  ["keeper"],
  ["parent", "keeper"],
  ["parent", "watch"],
  ["parent", "agent"],
  ["keeper", "watch"],
  ["keeper", "agent"],
];

describe.concurrent("killed in mid-run", () => {
  it.for(FATAL.map((victims) => [victims.join(" and "), victims] as const))(
    "%s: no child is left, neither one that is stopped, nor one that ignores TERM, nor one in a session of its own",
    async ([_names, victims], { scenes }) => {
      const scene = await open(scenes, ["", "stubborn", "escapes"], ["--hang-on"]);
      const { pids } = (await ready(scene)) as unknown as { pids: Record<string, number> };
      process.kill(pids.s0!, "SIGSTOP");
      const guards = [scene.pid("keeper"), scene.pid("watch")];
      expect(guards.every((pid) => pid !== undefined)).toBe(true);
      expect(left(scene.config).length).toBe(5);
      kill(victims.map((victim) => scene.pid(victim)));
      await nothingLeft(scene, guards);
      if (!victims.includes("parent"))
        await eventually(
          () => scene.events,
          (events) => events.some(({ type }) => type === "agent-exit"),
        );
      expect(scene.events.filter(({ type }) => type === "agent-exit").map(({ pid }) => pid)).toEqual(
        victims.includes("parent") ? [] : [pids["stage-agent"]],
      );
    },
  );

  it("the agent and the watch: the services live on, the agent's end is told, and the parent's end still ends all", async ({
    scenes,
  }) => {
    const scene = await open(scenes, ["", ""]);
    const { pids } = (await ready(scene)) as unknown as { pids: Record<string, number> };
    const watch = scene.pid("watch");
    kill([scene.pid("agent"), watch]);
    await eventually(
      () => scene.events,
      (events) => events.some(({ type }) => type === "agent-exit"),
    );
    expect(scene.events).toContainEqual({ type: "agent-exit", pid: pids["stage-agent"] });
    expect([pids.s0!, pids.s1!].every(isAlive)).toBe(true);
    const guards = [
      scene.pid("keeper"),
      await eventually(
        () => scene.pid("watch"),
        (pid) => pid !== undefined && pid !== watch,
      ),
    ];
    kill([scene.parent.pid]);
    await nothingLeft(scene, guards);
  });

  it("an agent that obeys its pipe ends with its keeper, whoever else is there to end it", async ({ scenes }) => {
    const scene = await open(scenes, [""]);
    await ready(scene);
    const agent = scene.pid("agent")!;
    kill([scene.pid("watch"), scene.parent.pid, scene.pid("keeper")]);
    expect(
      await eventually(
        () => isAlive(agent),
        (alive) => !alive,
      ),
    ).toBe(false);
    for (const pid of left(scene.config)) process.kill(Number.parseInt(pid, 10), "SIGKILL");
  });
});

describe.concurrent("killed during the start", () => {
  const MOMENTS_MS = often([0, 40, 100, 200], [0, 20, 40, 60, 80, 100, 130, 160, 200, 260]);
  it.for([
    ["parent", ["parent"]],
    ["keeper", ["keeper"]],
    ["parent and keeper", ["parent", "keeper"]],
    ["keeper and watch", ["keeper", "watch"]],
    ["parent and watch", ["parent", "watch"]],
  ] as const)("%s, at moment after moment: no child is left", async ([_names, victims], { scenes }) => {
    for (const moment of MOMENTS_MS) {
      const scene = await open(scenes, ["", "deaf"]);
      // Kill from the keeper's birth on; before the keeper no process exists that could be left behind.
      await eventually(
        () => scene.pid("keeper"),
        (pid) => pid !== undefined,
      );
      await sleep(moment);
      const guards = [scene.pid("keeper"), scene.pid("watch")];
      kill(victims.map((victim) => scene.pid(victim)));
      await nothingLeft(scene, [...guards, scene.pid("watch")]);
      kill([scene.parent.pid]);
    }
  });
});
