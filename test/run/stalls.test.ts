/** Agent that stands still in the middle of a run: the delay that the agent causes breaks no hypothesis. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { findRole } from "../crash/processes.ts";
import { type Document, ended, start, type Tiny, withHome, writeExperiment, writeMesh } from "../tiny.ts";

/** Delay that shows that the fault is live; an answer with this delay alone is still good. */
const LATE_MS = 150;
const FAULT = `    - { name: it is late, edge: { from: caller, to: callee }, latency: { delay: ${LATE_MS}ms } }`;
const HYPOTHESIS =
  "    - { name: pages come, traffic: { from: caller, to: callee }, good: { status: 2xx, within: 600ms }, objective: 100%, minSamples: 8 }";
const PHASES = "{ warmup: 200ms, baseline: 3s, during: 10s, recovery: { within: 10s, hold: 1s } }";

/** Sends twenty requests a second, reports each duration to `took`, and gives each request up after `patienceMs`. */
const callers = ({ edgePort: port }: Tiny, patienceMs: number, took: (ms: number) => void): (() => void) => {
  const calling = setInterval(() => {
    const begunMs = performance.now();
    const signal = AbortSignal.timeout(patienceMs);
    const asked = request({ host: "127.0.0.1", port, agent: false, signal }, (answer) => {
      answer.on("error", () => {});
      answer.resume();
      answer.on("end", () => took(performance.now() - begunMs));
    });
    asked.on("error", () => {});
    asked.end();
  }, 50);
  return () => clearInterval(calling);
};

/** Stops the agent for `stopMs`, two seconds after the fault began to act. */
const stoppedFor = (
  stopMs: number,
  hypothesis: (tiny: Tiny) => string = () => HYPOTHESIS,
  patienceMs = 60_000,
): Promise<RunReport> =>
  withHome(async (home) => {
    const tiny = await writeMesh(home);
    const file = writeExperiment(home, tiny, { phases: PHASES, hypothesis: hypothesis(tiny), faults: FAULT });
    const child = start(home, ["run", file, "--json"]);
    const result = ended(child);
    let late = 0;
    const stop = callers(tiny, patienceMs, (ms) => {
      if (ms >= LATE_MS) late++;
    });
    try {
      while (late < 5 && child.exitCode === null) await sleep(20);
      await sleep(2_000);
      const agent = findRole(home, "agent");
      if (agent === undefined)
        throw new Error(`the run was over before its agent could be stopped: ${(await result).stdout}`);
      const { pid } = agent;
      process.kill(pid, "SIGSTOP");
      await sleep(stopMs);
      process.kill(pid, "SIGCONT");
      return (JSON.parse((await result).stdout) as Document).runs[0]!;
    } finally {
      stop();
    }
  });

describe.concurrent("an agent that stands still", () => {
  it("for 700 ms breaks nothing: what it held up is errored, and the rest is judged", async () => {
    const { verdict, reason, expectations } = await stoppedFor(700);
    const { good, bad, errored } = expectations[0]!.phases.during!;
    expect({ verdict, reason, bad }).toMatchObject({ bad: 0 });
    expect(verdict).not.toBe("BROKEN");
    expect(errored).toBeGreaterThan(0);
    expect(good).toBeGreaterThan(30);
  });
  it("for 700 ms breaks nothing that gives up after 500 ms: nobody knows what it would have been answered", async () => {
    const probe = ({ edge }: Tiny) =>
      `    - { name: pages come, http: { url: "${edge}/", every: 50ms, timeout: 500ms }, good: { status: 2xx }, objective: 100%, minSamples: 8 }`;
    const { verdict, reason, expectations } = await stoppedFor(700, probe);
    const { bad, errored } = expectations[0]!.phases.during!;
    expect({ verdict, reason, bad }).toMatchObject({ bad: 0 });
    expect(verdict).not.toBe("BROKEN");
    expect(errored).toBeGreaterThan(0);
  });
  it("for 700 ms breaks nothing that callers gave up in that time", async () => {
    const traffic = () =>
      "    - { name: pages come, traffic: { from: caller, to: callee, cancelled: bad }, good: { status: 2xx }, objective: 100%, minSamples: 8 }";
    const { verdict, reason, expectations } = await stoppedFor(700, traffic, 500);
    const { good, bad, errored } = expectations[0]!.phases.during!;
    expect({ verdict, reason, bad }).toMatchObject({ bad: 0 });
    expect(verdict).not.toBe("BROKEN");
    expect(errored).toBeGreaterThan(0);
    expect(good).toBeGreaterThan(30);
  });
  it("for over 2 s leaves the run INCONCLUSIVE, with the remedy", async () => {
    const { verdict, because, reason } = await stoppedFor(2_300);
    expect([verdict, because, reason]).toEqual(["INCONCLUSIVE", "agent-stalled", reason]);
    expect(reason).toMatch(/itself stood still for 2\.\d+ s .*at once/);
  });
});
