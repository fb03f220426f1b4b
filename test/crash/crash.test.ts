/**
 * Kill tests (invariant 18) from outside: kill -9 of the CLI, the keeper, the agent, and of two processes at once, at
 * several moments each. Within the lease + 1 s no request is faulted and no process is left; the run is HALTED
 * afterwards, never HELD.
 */
import { type ChildProcess, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { often } from "../soak.ts";
import { environmentOf, ROOT, start, withHome, writeExperiment, writeMesh } from "../tiny.ts";
import { findRole, processesOf, type Role } from "./processes.ts";

const LEASE_MS = 5_000;
/**
 * Interval between polls, which read the environment of every process: polling without a pause would itself be load.
 */
const LOOK_MS = 250;
/**
 * Moments of the kill, counted from the birth of the keeper, however long a busy machine took for that: from the start
 * of the mesh, through baseline and injection, into recovery. Null: at once, before any process but the CLI runs.
 */
const MOMENTS_MS = often([900, 2_700], [null, 0, 200, 500, 900, 1_400, 2_000, 2_700, 3_700, 5_100]);
const VICTIMS: readonly (readonly Role[])[] = [
  ["cli"],
  ["keeper"],
  ["agent"],
  ["cli", "keeper"],
  ["cli", "agent"],
  ["keeper", "agent"],
];

/** Writes a mesh and an experiment in which half of the requests fail while the fault is live. */
const writeFiles = async (home: string) => {
  const tiny = await writeMesh(home);
  const hypothesis = `    - { name: it answers, http: { url: "${tiny.edge}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 30% }`;
  const faults = "    - { name: half fail, edge: { from: caller, to: callee }, share: 50%, abort: { status: 503 } }";
  const phases = "{ warmup: 100ms, baseline: 1s, during: 3s, recovery: { within: 3s, hold: 1s } }";
  return { tiny, file: writeExperiment(home, tiny, { hypothesis, faults, phases }) };
};

/** State of the edge: "faulted", "clean", or "gone" when no listener answers any more. */
const ask = async (url: string): Promise<"faulted" | "clean" | "gone"> => {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(500) });
    return status === 503 ? "faulted" : "clean";
  } catch {
    return "gone";
  }
};
const exited = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((done) => child.once("exit", () => done()));

/** Asks twenty times, since half of the requests pass. */
const answers = async (url: string) => Promise.all(Array.from({ length: 20 }, () => ask(url)));

/** Resolves when the keeper runs, or the CLI ends without a keeper. */
const keeperBorn = async (home: string, cli: ChildProcess): Promise<void> => {
  while (findRole(home, "keeper") === undefined && cli.exitCode === null) await sleep(LOOK_MS);
};

const crash = (victims: readonly Role[], momentMs: number | null) =>
  withHome(async (home) => {
    const { tiny, file } = await writeFiles(home);
    const cli = start(home, ["run", file, "--seed", "7"]);
    try {
      if (momentMs !== null) await keeperBorn(home, cli);
      await sleep(momentMs ?? 150);
      const killed = victims.filter((role) => {
        const found = findRole(home, role);
        if (found !== undefined) process.kill(found.pid, "SIGKILL");
        return found !== undefined;
      });
      const deadline = performance.now() + LEASE_MS + 1_000;
      // A surviving CLI finishes without help; the other processes must be gone in time all the same.
      const others = () => processesOf(home).filter(({ pid }) => pid !== cli.pid);
      while (killed.length > 0 && performance.now() < deadline && others().length > 0) await sleep(LOOK_MS);
      const left = killed.length > 0 ? others().map(({ command, state }) => `${state} ${command}`) : [];
      const seen = killed.length > 0 ? await answers(tiny.edge) : [];
      await exited(cli);
      const list = spawnSync(process.execPath, ["cli/squall.js", "runs", "--json"], {
        cwd: ROOT,
        env: environmentOf(home),
        encoding: "utf8",
      });
      const { runs } = JSON.parse(list.stdout) as { runs: { verdict: string | null; because: string | null }[] };
      return { killed, left, seen, code: cli.exitCode, runs, after: processesOf(home) };
    } finally {
      for (const { pid } of processesOf(home)) process.kill(pid, "SIGKILL");
    }
  });

/** Counts of moments with and without a victim to kill, by the names of the victims. */
const moments = new Map<string, { struck: number; missed: number }>();
const countMoment = (name: string, killed: readonly Role[]): void => {
  const { struck, missed } = moments.get(name) ?? { struck: 0, missed: 0 };
  moments.set(name, killed.length > 0 ? { struck: struck + 1, missed } : { struck, missed: missed + 1 });
};

describe("invariant 18: kill -9 leaves no fault, no child and no green run", () => {
  // A machine so slow, or a command so changed, that no process is found to kill would pass every test below.
  afterAll(() => {
    const idle = [...moments].filter(([, { struck, missed }]) => missed > struck);
    expect(idle, "more than half of the moments killed nothing").toEqual([]);
  });

  it.concurrent.each(
    VICTIMS.flatMap((victims) => MOMENTS_MS.map((ms) => [victims.join(" and "), ms, victims] as const)),
  )(
    "of %s after %o ms",
    async (name, momentMs, victims) => {
      const { killed, left, seen, code, runs, after } = await crash(victims, momentMs);
      countMoment(name, killed);
      expect(left).toEqual([]);
      expect(after).toEqual([]);
      expect(seen).not.toContain("faulted");
      if (killed.length === 0) return; // too early for any victim to run, or the run was over: no process was killed
      if (killed.includes("cli")) for (const { verdict } of runs) expect(verdict).toBe("HALTED");
      else {
        expect([2, 4]).toContain(code); // 2: the mesh never got ready, no traffic was faulted
        for (const { verdict } of runs) expect(verdict).toBe("HALTED");
      }
    },
    60_000,
  );
});

it("invariant 18: a command that a probe was running ends with the CLI that was killed", () =>
  withHome(async (home) => {
    const tiny = await writeMesh(home);
    const hypothesis = `    - { name: it sleeps, process: { command: [sleep, "60"], every: 100ms, timeout: 50s }, good: { exit: 0, within: 500ms } }`;
    const faults = "    - { name: half fail, edge: { from: caller, to: callee }, share: 50%, abort: { status: 503 } }";
    const cli = start(home, ["run", writeExperiment(home, tiny, { hypothesis, faults }), "--allow-exec"]);
    while (!processesOf(home).some(({ command }) => command === "sleep 60")) await sleep(LOOK_MS);
    process.kill(cli.pid!, "SIGKILL");
    const deadline = performance.now() + LEASE_MS + 1_000;
    while (performance.now() < deadline && processesOf(home).length > 0) await sleep(LOOK_MS);
    expect(processesOf(home).map(({ command }) => command)).toEqual([]);
  }));
