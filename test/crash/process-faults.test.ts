/**
 * Faults on processes (`kill`, `restart`, `pause`) when parts of Squall are killed or frozen meanwhile: no process stays
 * stopped after the lease + 1 s, and no run is green (invariants 5 and 18).
 */
import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { often } from "../soak.ts";
import { ended, run, start, type Tiny, withHome, writeExperiment, writeMesh } from "../tiny.ts";
import { findRole, type Process, processesOf, type Role } from "./processes.ts";

const LEASE_MS = 5_000;
const LOOK_MS = 50;
/** Bounded wait of a machine under load; no assertion rests on it but that the awaited happens at all. */
const PATIENCE_MS = 40_000;
const TEST_MS = 120_000;
type Part = Role | "watchdog";

const partOf = (home: string, part: Part): Process | undefined =>
  part === "watchdog"
    ? processesOf(home).find(({ command }) => /keeper\/watchdog\.js/.test(command))
    : findRole(home, part);
const calleeOf = (home: string) => processesOf(home).find(({ command }) => / service\.mjs/.test(command));
const stoppedIn = (home: string) => processesOf(home).filter(({ state }) => state === "T");
/** Resolves with the value once `look` gives one that counts; throws when it never does. */
const until = async <T>(what: string, look: () => T, ms = PATIENCE_MS): Promise<T> => {
  const lastMs = performance.now() + ms;
  for (;;) {
    const seen = look();
    if (seen) return seen;
    if (performance.now() > lastMs) throw new Error(`never seen: ${what}`);
    await sleep(LOOK_MS);
  }
};
const send = (home: string, parts: readonly Part[], signal: NodeJS.Signals) => {
  for (const part of parts) process.kill(partOf(home, part)!.pid, signal);
};

const PHASES = "{ warmup: 100ms, baseline: 500ms, during: 30s, recovery: { within: 8s, hold: 500ms } }";
/** An expectation that a busy machine does not miss before the strike: few samples, which are seldom late. */
const lenient = ({ edge }: Tiny) =>
  `    - { name: it answers, http: { url: "${edge}/", every: 400ms, timeout: 2s }, good: { status: 2xx, within: 2s }, minSamples: 1, objective: { baseline: 10%, during: 10%, recovery: 10% } }`;
const fault = (action: string) => `    - { name: it is struck, service: callee, ${action} }`;
/** A run whose service is struck: paused for half a minute, or killed and not started again for that time. */
const underStrike = (
  action: string,
  isStruck: (home: string) => unknown,
  use: (home: string, cli: ChildProcess) => Promise<void>,
) =>
  withHome(async (home) => {
    const tiny = await writeMesh(home);
    const more = "  onBroken: continue";
    const cli = start(home, [
      "run",
      writeExperiment(home, tiny, { faults: fault(action), hypothesis: lenient(tiny), phases: PHASES, more }),
    ]);
    cli.stdout?.resume();
    cli.stderr?.resume();
    try {
      await until("the strike", () => cli.exitCode !== null || isStruck(home));
      expect(cli.exitCode).toBeNull();
      await use(home, cli);
    } finally {
      for (const { pid } of processesOf(home)) process.kill(pid, "SIGKILL");
    }
  });
const paused = (use: (home: string, cli: ChildProcess) => Promise<void>) =>
  underStrike("pause: {}", (home) => calleeOf(home)?.state === "T", use);
const killed = (use: (home: string, cli: ChildProcess) => Promise<void>) => {
  let wasThere = false;
  let looksGone = 0;
  // Between fork and exec a process has no environment yet: several looks in a row tell an exit.
  const isGone = (home: string) => {
    const isThere = calleeOf(home) !== undefined;
    wasThere ||= isThere;
    looksGone = isThere ? 0 : looksGone + 1;
    return wasThere && looksGone > 5;
  };
  return underStrike("kill: { restart: 20s, within: 40s }", isGone, use);
};
const exited = (cli: ChildProcess) =>
  until("the command's end", () => cli.exitCode !== null || cli.signalCode !== null);

/** Losses that end the mesh. */
const FATAL: readonly (readonly Part[])[] = [
  ["cli"],
  ["keeper"],
  ["cli", "keeper"],
  ["cli", "watchdog"],
  ["cli", "agent"],
  ["keeper", "watchdog"],
  ["keeper", "agent"],
];
const named = (all: readonly (readonly Part[])[]) => all.map((parts) => [parts.join(" and "), parts] as const);
const SOME: readonly (readonly Part[])[] = [["keeper"], ["cli", "watchdog"], ["keeper", "watchdog"]];

describe("invariant 18: kill -9 while a service is paused leaves no stopped process and no orphan", () => {
  it.for(named(often(SOME, FATAL)))("of %s", { timeout: TEST_MS }, ([, victims]) =>
    paused(async (home, cli) => {
      send(home, victims, "SIGKILL");
      await until("the end of all processes", () => processesOf(home).length === 0, PATIENCE_MS);
      await exited(cli);
      if (!victims.includes("cli")) expect(cli.exitCode).toBe(4);
    }),
  );
  it("of the agent: the service goes on at once, and the run is HALTED", { timeout: TEST_MS }, () =>
    paused(async (home, cli) => {
      send(home, ["agent"], "SIGKILL");
      await until("the service to go on", () => stoppedIn(home).length === 0, LEASE_MS + 1_000);
      expect(calleeOf(home)).toBeDefined();
      await exited(cli);
      expect(cli.exitCode).toBe(4);
      expect(processesOf(home)).toEqual([]);
    }),
  );
  it("of the agent and the watchdog: the keeper lets it go on", { timeout: TEST_MS }, () =>
    paused(async (home, cli) => {
      send(home, ["agent", "watchdog"], "SIGKILL");
      await until("the service to go on", () => stoppedIn(home).length === 0, LEASE_MS + 1_000);
      await exited(cli);
      expect(processesOf(home)).toEqual([]);
    }),
  );
});

describe("invariant 5: a frozen part never lengthens a pause beyond the lease", () => {
  const FROZEN: readonly (readonly Part[])[] = [["agent"], ["keeper"], ["agent", "keeper"], ["cli"]];
  it.for(named(FROZEN))("%s", { timeout: TEST_MS }, ([, parts]) =>
    paused(async (home, cli) => {
      const callee = calleeOf(home)!.pid;
      send(home, parts, "SIGSTOP");
      const goesOn = () => calleeOf(home)?.pid === callee && calleeOf(home)?.state !== "T";
      await until("the service to go on", goesOn, LEASE_MS + 1_000);
      send(home, parts, "SIGCONT");
      cli.kill("SIGTERM");
      await exited(cli);
      expect(cli.exitCode).not.toBe(0);
      await until("the end of all processes", () => processesOf(home).length === 0);
    }),
  );
});

describe("kill -9 while a killed service waits for its start", () => {
  it.for(named(often([["keeper"], ["cli", "agent"]], FATAL)))(
    "of %s: nothing is started any more, and nothing is left",
    { timeout: TEST_MS },
    ([, victims]) =>
      killed(async (home, cli) => {
        send(home, victims, "SIGKILL");
        await until("the end of all processes", () => processesOf(home).length === 0);
        await exited(cli);
        await sleep(500);
        expect(processesOf(home)).toEqual([]);
      }),
  );
  it("of the agent: the service is started at once, and the run is HALTED", { timeout: TEST_MS }, () =>
    killed(async (home, cli) => {
      send(home, ["agent"], "SIGKILL");
      await until("the service", () => calleeOf(home) !== undefined || cli.exitCode !== null, 15_000);
      await exited(cli);
      expect(cli.exitCode).toBe(4);
      expect(processesOf(home)).toEqual([]);
    }),
  );
});

const SHORT = "{ warmup: 100ms, baseline: 1s, during: 3s, recovery: { within: 8s, hold: 500ms } }";
const write = (home: string, tiny: Tiny, parts: Partial<Parameters<typeof writeExperiment>[2]>) =>
  writeExperiment(home, tiny, { phases: SHORT, faults: fault("pause: {}"), ...parts });

describe("a run with a fault on a process", () => {
  it("is RESIDUE where the paused service is not seen to go on", { timeout: TEST_MS }, () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const file = write(home, tiny, { hypothesis: lenient(tiny) });
      const cli = start(home, ["run", file, "--json"]);
      const done = ended(cli);
      await until("the pause", () => calleeOf(home)?.state === "T");
      const callee = calleeOf(home)!.pid;
      // Another hand stops the process again, whatever the keeper does.
      const again = setInterval(() => {
        try {
          process.kill(callee, "SIGSTOP");
        } catch {
          clearInterval(again);
        }
      }, 1);
      const { code, stdout } = await done.finally(() => clearInterval(again));
      const [first] = (JSON.parse(stdout) as Awaited<ReturnType<typeof run>>).runs;
      expect([code, first!.verdict, first!.audit[0]!.detail]).toEqual([
        5,
        "RESIDUE",
        expect.stringContaining("external"),
      ]);
      expect(processesOf(home)).toEqual([]);
    }),
  );
  it("tells the strike, and the time until the service was ready again, as callers see it", { timeout: TEST_MS }, () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const file = write(home, tiny, {
        faults: fault("kill: { restart: 500ms }, start: 500ms"),
        hypothesis: lenient(tiny),
      });
      const seen: { atMs: number; isUp: boolean }[] = [];
      let isOver = false;
      const looking = (async () => {
        while (!isOver) {
          const isUp = await fetch(`http://127.0.0.1:${tiny.servicePort}/`, { signal: AbortSignal.timeout(500) }).then(
            ({ ok }) => ok,
            () => false,
          );
          seen.push({ atMs: performance.now(), isUp });
          await sleep(10);
        }
      })();
      const { runs } = await run(home, file);
      isOver = true;
      await looking;
      const { strikes: [strike] = [], reason } = runs[0]!;
      expect(strike, reason).toBeDefined();
      const from = seen.findIndex(({ isUp }, i) => !isUp && seen[i - 1]?.isUp === true);
      const to = seen.findIndex(({ isUp }, i) => i > from && isUp);
      const awayMs = seen[to]!.atMs - seen[from]!.atMs;
      expect(strike).toMatchObject({ service: "callee", kind: "kill" });
      expect(strike!.said).toMatch(/^callee was killed at \+0\.[5-9] s, ready again after \d\.\d\d s$/);
      expect(Math.abs(strike!.awayMs! - awayMs)).toBeLessThan(200);
    }),
  );
  it("is BROKEN where the service is not ready again in time", { timeout: TEST_MS }, () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const mesh = readFileSync(tiny.mesh, "utf8");
      writeFileSync(
        tiny.mesh,
        mesh.replace("service.mjs", "once.mjs").replace("env: { PORT", `env: { MARK: "${join(home, "mark")}", PORT`),
      );
      const faults = fault("kill: { within: 2s }, hits: { atLeast: 1 }");
      const hypothesis = `    - { name: it asks, http: { url: "${tiny.edge}/", every: 400ms, timeout: 1s }, good: { status: [200, 502], error: meant }, minSamples: 1, objective: 1% }`;
      const { code, runs } = await run(home, write(home, tiny, { faults, hypothesis }));
      expect([code, runs[0]!.verdict, runs[0]!.because]).toEqual([1, "BROKEN", "not-ready-again"]);
      expect(runs[0]!.reason).toMatch(/callee was killed at \+0\.\d s, not back yet; within 2 s was asked/);
    }),
  );
  it("is INCONCLUSIVE where nobody called the service while it was away", { timeout: TEST_MS }, () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const hypothesis = `    - { name: all is well, process: { command: ["true"], every: 100ms, timeout: 1s, via: caller }, good: { exit: 0 }, objective: 90% }`;
      const file = write(home, tiny, { faults: fault("kill: {}"), hypothesis });
      const { code, runs } = await run(home, file, "--allow-exec");
      expect([code, runs[0]!.because, runs[0]!.strikes!.length]).toEqual([3, "no-hits", 1]);
    }),
  );
});
