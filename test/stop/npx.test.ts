/**
 * A stop that reaches only the package manager: real npx, real signals, and the time until the last request that was
 * hit.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it, type PairYard, pairExperiment, ROOT } from "../cli/squall.ts";
import { startLive } from "../starved.ts";
import { sleep, until } from "../waiting.ts";
import { canHaveCells, LEFT_OUT } from "./cell.ts";
import { ABORT, edgePortOf, WATCHED, watchFaults } from "./faulted.ts";
import { childOf, launch as launchIn } from "./launch.ts";

/** Installs squall as `npm ci` leaves the folder. */
const install = (yard: PairYard): void => {
  const script = "squall run long.yaml --report out";
  yard.put("package.json", JSON.stringify({ name: "shop", private: true, scripts: { chaos: script } }));
  mkdirSync(join(yard.folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(ROOT, join(yard.folder, "node_modules/squall"));
  symlinkSync("../squall/cli/squall.js", join(yard.folder, "node_modules/.bin/squall"));
};
const launch = (yard: PairYard, argv: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  launchIn(yard.folder, argv, { ...environment, SQUALL_HOME: yard.home });

type Stop = readonly [name: string, argv: readonly string[], stop: (child: ChildProcess) => void];
const RUN = ["npx", "squall", "run", "long.yaml", "--report", "out"];
const STOPS: readonly Stop[] = [
  ["SIGTERM to npx alone", RUN, (child) => child.kill("SIGTERM")],
  ["SIGKILL of npx alone", RUN, (child) => child.kill("SIGKILL")],
  ["SIGTERM to the whole group", RUN, ({ pid }) => process.kill(-pid!, "SIGTERM")],
  ["SIGINT to the whole group, as Ctrl-C", RUN, ({ pid }) => process.kill(-pid!, "SIGINT")],
  ["SIGTERM to npm run alone", ["npm", "run", "chaos"], (child) => child.kill("SIGTERM")],
];
/** Bound of the issue: time from the stop to the last faulted request. */
const BOUND_MS = 1_000;

describe.concurrent("a run that a package manager started is stopped", () => {
  it.for(STOPS)("by %s: faults away, attested, HALTED", async ([name, argv, stop], { yard, expect }) => {
    install(yard);
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s", fault: ABORT, match: WATCHED }));
    const faults = watchFaults(edgePortOf(yard));
    const running = await startLive(
      () => launch(yard, argv),
      () => faults.lastMs() > 0,
    );
    try {
      const stoppedMs = performance.now();
      stop(running.child);
      await running.closed;
      const tookMs = Math.round(faults.lastMs() - stoppedMs);
      process.stderr.write(`measured: ${name}: ${tookMs} ms from the signal to the last faulted request\n`);
      expect(tookMs).toBeLessThanOrEqual(BOUND_MS);
      const [id] = /^HALTED.* run (\S+)/m.exec(running.said())!.slice(1);
      const { runs } = JSON.parse(yard.read(`out/${id}/report.json`));
      expect(runs[0]).toMatchObject({ verdict: "HALTED", because: "interrupted", residue: [] });
      expect(running.said()).toMatch(/^HALTED/m);
      expect(running.said()).not.toContain("again: ending at once");
      await expect.poll(yard.left, { timeout: 10_000, interval: 100 }).toEqual([]);
    } finally {
      faults.stop();
      running.end();
    }
  });
  it("and its code is 4 where the shell between makes way for it, with a Ctrl-C that comes twice", async ({ yard }) => {
    install(yard);
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s", fault: ABORT, match: WATCHED }));
    // bash replaces the shell by the last command: npm's signal reaches squall, in addition to the group's signal.
    const running = await startLive(
      () => launch(yard, RUN, { npm_config_script_shell: "bash" }),
      ({ said }) => said().includes("faults ordered"),
    );
    try {
      process.kill(-running.child.pid!, "SIGINT");
      await running.closed;
      expect(running.child.exitCode).toBe(4);
      expect(running.said()).not.toContain("again: ending at once");
    } finally {
      running.end();
    }
  });
});

describe.skipIf(!canHaveCells)(`npx as process 1 of a container${LEFT_OUT}`, () => {
  it("is stopped by SIGTERM, and the fault with it", async ({ yard, expect }) => {
    install(yard);
    yard.put("long.yaml", pairExperiment({ name: "long", during: "60s", fault: ABORT, match: WATCHED }));
    const faults = watchFaults(edgePortOf(yard));
    const running = await startLive(
      () => launch(yard, ["unshare", "--pid", "--fork", "--mount-proc", ...RUN]),
      () => faults.lastMs() > 0,
    );
    try {
      const stoppedMs = performance.now();
      process.kill(childOf(running.child.pid!)!, "SIGTERM");
      await running.closed;
      const tookMs = Math.round(faults.lastMs() - stoppedMs);
      process.stderr.write(
        `measured: SIGTERM to process 1: ${tookMs} ms from the signal to the last faulted request\n`,
      );
      expect(tookMs).toBeLessThanOrEqual(BOUND_MS);
      await expect.poll(yard.left, { timeout: 10_000, interval: 100 }).toEqual([]);
    } finally {
      faults.stop();
      running.end();
    }
  });
});

describe.concurrent("what stays until it is stopped, started by npx,", () => {
  it("`up` goes down with npx", async ({ yard, expect }) => {
    install(yard);
    const up = launch(yard, ["npx", "squall", "up", "mesh.yaml"]);
    try {
      await until("the mesh is up", () => up.said().includes("mesh pair is up"), 30_000);
      up.child.kill("SIGTERM");
      await up.closed;
      expect(existsSync(join(yard.home, "up/pair.json"))).toBe(false);
      await expect.poll(yard.left, { timeout: 10_000, interval: 100 }).toEqual([]);
    } finally {
      up.end();
    }
  });
  it("`serve` ends with npx, and leaves no record", async ({ yard, expect }) => {
    install(yard);
    const serving = launch(yard, ["npx", "squall", "serve", "--port", "0"]);
    try {
      await until("it serves", () => serving.said().includes("serving without a mesh"), 30_000);
      expect(existsSync(join(yard.home, "serve/server/server.json"))).toBe(true);
      serving.child.kill("SIGKILL");
      await serving.closed;
      expect(existsSync(join(yard.home, "serve/server/server.json"))).toBe(false);
    } finally {
      serving.end();
    }
  });
  it("an agent drops its faults and ends with npx", async ({ yard }) => {
    install(yard);
    const agent = launch(yard, ["npx", "squall", "agent", "--mesh", "mesh.yaml"]);
    try {
      await until("it listens", () => agent.said().includes('"event":"listening"'), 30_000);
      agent.child.kill("SIGTERM");
      await agent.closed;
      expect(agent.said()).toContain("ending: SIGTERM");
    } finally {
      agent.end();
    }
  });
  it("what was put into a session of its own stays, as it was meant to", async ({ yard, expect }) => {
    install(yard);
    const script = "setsid squall up mesh.yaml & sleep 2";
    const shell = launch(yard, ["npx", "-c", script]);
    await until("the mesh is up", () => shell.said().includes("mesh pair is up"), 30_000);
    shell.end();
    await sleep(500);
    const left = yard.left();
    expect((await yard.squall(["down"])).stderr).toContain("mesh pair is down");
    expect(left).toHaveLength(1);
  });
  it("`up --detach` stays when npx has ended, and goes `down`", async ({ yard, expect }) => {
    install(yard);
    const up = launch(yard, ["npx", "squall", "up", "mesh.yaml", "--detach"]);
    await up.closed;
    // The wait is longer than several polls for a package manager that is gone.
    await sleep(500);
    const left = yard.left();
    const { stderr } = await yard.squall(["down"]);
    expect(left).toHaveLength(1);
    expect(stderr).toContain("mesh pair is down");
  });
});
