/**
 * Seed stability: the same seed hits the same requests, for any name of the run and any length of the baseline. The
 * tests here use real meshes, a few runs on every change and fifty in a soak; agent/faults/edge-faults.test.ts has
 * fifty runs on a hand-driven clock.
 */
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { often } from "../soak.ts";
import { ended, run, start, withHome, writeExperiment, writeMesh } from "../tiny.ts";

const FAULTS =
  "    - { name: some fail, edge: { from: caller, to: callee }, share: 30%, hits: { atLeast: 1 }, match: { path: /counted }, abort: { status: 503 } }";
/** Number of meshes, each with a server, an agent and a store, and number of runs in a row on each mesh. */
const [MESHES, IN_A_ROW] = [3, often(2, 19)];
/** Least number of usable runs, and least requests in each: a busy machine may lose a run's baseline or requests. */
const [FEWEST_RUNS, FEWEST_REQUESTS] = [often(4, 50), 20];
const PHASES = "{ warmup: 0s, baseline: 1s, during: 1500ms, recovery: { within: 2s, hold: 200ms } }";

/** Starts `count` runs in a row on a new mesh; returns the ordinals that each run hit and the number of requests. */
const runsOn = (seed: number, count: number) =>
  withHome(async (home) => {
    const tiny = await writeMesh(home);
    // The probe sends no marks: marked requests are drawn by the probe's samples, independent of the ordinals.
    const hypothesis = `    - { name: it answers, http: { url: "${tiny.edge}/counted", every: 20ms, timeout: 1s, trace: none }, good: { status: 2xx, within: 500ms }, objective: 30% }`;
    const file = writeExperiment(home, tiny, { faults: FAULTS, phases: PHASES, hypothesis });
    const { runs } = await run(home, file, "--seed", String(seed), "--repeat", String(count));
    expect(runs).toHaveLength(count);
    return runs.map(({ receipts }) => receipts[0]!);
  });

/** Sends requests in sequence, so that an ordinal means the same request in each run. Returns the statuses. */
const sequential = async (url: string, count: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index++)
    statuses.push(
      await new Promise<number>((resolve, reject) => {
        request(`${url}/counted`, (reply) => reply.resume().on("end", () => resolve(reply.statusCode!)))
          .on("error", reject)
          .end();
      }),
    );
  return statuses;
};

describe.concurrent("the seed", () => {
  it(`hits the same ordinals in ${FEWEST_RUNS} runs, and others with another seed`, async () => {
    const [another, ...rows] = await Promise.all([
      runsOn(43, often(2, 3)),
      ...Array.from({ length: MESHES }, () => runsOn(42, IN_A_ROW)),
    ]);
    const receipts = rows.flat().filter(({ matched }) => matched > FEWEST_REQUESTS);
    expect(receipts.length).toBeGreaterThanOrEqual(FEWEST_RUNS);
    // Request counts differ by a few from run to run; among the requests that every run had, the hits are the same.
    const least = Math.min(...receipts.map(({ matched }) => matched));
    const hits = (ordinals: readonly number[]) => ordinals.filter((ordinal) => ordinal <= least);
    const [first, ...others] = receipts.map(({ ordinals }) => hits(ordinals));
    expect(first!.length).toBeGreaterThan(3);
    for (const same of others) expect(same).toEqual(first);
    const other = another!.find(({ matched }) => matched > FEWEST_REQUESTS);
    expect(hits(other!.ordinals)).not.toEqual(first);
  }, 240_000);

  it("answers exactly the requests that the receipt names", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const hypothesis = `    - { name: it answers, http: { url: "${tiny.edge}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }`;
      const file = writeExperiment(home, tiny, {
        faults: FAULTS,
        hypothesis,
        phases: "{ warmup: 0s, baseline: 1s, during: 4s, recovery: { within: 2s, hold: 300ms } }",
      });
      const child = start(home, ["run", file, "--seed", "42", "--events"]);
      let live = false;
      child.stdout!.on("data", (bytes) => (live ||= String(bytes).includes('"applied"')));
      const result = ended(child);
      while (!live) await new Promise((next) => setTimeout(next, 20));
      const statuses = await sequential(tiny.edge, 100);
      await result;
      const struck = statuses.flatMap((status, index) => (status === 503 ? [index + 1] : []));
      const { receipts } = JSON.parse((await ended(start(home, ["report", "last", "--format", "json"]))).stdout)
        .runs[0];
      expect(receipts[0].ordinals).toEqual(struck);
      expect(receipts[0].matched).toBe(100);
    }));
});
