/**
 * Callers that give up, from the front door: real clients leave after 300 ms while a fault makes a third of the answers
 * 2 s late.
 */
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { type Document, run, type Tiny, withHome, writeExperiment, writeMesh } from "../tiny.ts";

const PATIENCE_MS = 300;
const LATE = "    - { name: it is late, edge: { from: caller, to: callee }, share: 34%, latency: { delay: 2s } }";

/** Sends fifty requests a second, each on a new connection, until the returned function is called. */
const callers = ({ edgePort: port }: Tiny): (() => void) => {
  const calling = setInterval(() => {
    const asked = request({ host: "127.0.0.1", port, agent: false }, (answer) => answer.resume());
    asked.on("error", () => {});
    asked.end();
    const leaving = setTimeout(() => asked.destroy(), PATIENCE_MS);
    asked.on("close", () => clearTimeout(leaving));
  }, 20);
  return () => clearInterval(calling);
};
/** Phases long enough for an exchange without `within`, which is waited for 5 s. */
const LONG = "{ warmup: 200ms, baseline: 3s, during: 7s, recovery: { within: 3s, hold: 500ms } }";
/** Times in which the callers of a busy machine, which call less often, are far more than the thirty that count. */
const ENOUGH = "{ warmup: 200ms, baseline: 3s, during: 5s, recovery: { within: 3s, hold: 500ms } }";
const judged = (name: string, more: string, phases = ENOUGH): Promise<Document["runs"][number]> =>
  withHome(async (home) => {
    const tiny = await writeMesh(home);
    const hypothesis = `    - { name: pages come, traffic: { from: caller, to: callee ${more}, objective: 90% }`;
    const stop = callers(tiny);
    try {
      return (await run(home, writeExperiment(home, tiny, { name, hypothesis, faults: LATE, phases }))).runs[0]!;
    } finally {
      stop();
    }
  });

describe("a third of the callers give up", () => {
  it("is BROKEN where they had waited longer than any answer of the baseline took", async () => {
    const { verdict, because, reason, receipts } = await judged("no-within", "}, good: { status: 2xx }", LONG);
    expect({ verdict, because }).toEqual({ verdict: "BROKEN", because: "expectation" });
    expect(reason).toMatch(/its caller gave up after \d+ ms/);
    // Each request was held by the fault for as long as the caller waited.
    expect(receipts[0]!.injected).toBeGreaterThan(10);
    expect(receipts[0]!.untouched).toBe(0);
  });
  it("is BROKEN where they had waited longer than they must", async () => {
    const { verdict, reason } = await judged("within-passed", "}, good: { status: 2xx, within: 200ms }");
    expect(verdict).toBe("BROKEN");
    expect(reason).toMatch(/gave up after|no answer within 200 ms|over 200 ms/);
  });
  it("is never HELD on the two thirds that were not late: INCONCLUSIVE, for too few are left to judge", async () => {
    const { verdict, because, reason, expectations } = await judged("in-time", "}, good: { status: 2xx, within: 1s }");
    expect({ verdict, because }).toEqual({ verdict: "INCONCLUSIVE", because: "callers-left" });
    expect(reason).toMatch(/callers gave up \d+ of \d+ exchanges before .*in the baseline/);
    const { good, bad, left = 0 } = expectations[0]!.phases.during!;
    expect(bad).toBe(0);
    expect(left / (good + left)).toBeGreaterThan(0.2);
  });
  it("is never HELD on them where the file ignores those who left: what the fault hit is not judged", async () => {
    const { verdict, because, expectations } = await judged(
      "ignored",
      ", cancelled: ignore }, good: { status: 2xx, within: 1s }",
    );
    expect({ verdict, because }).toEqual({ verdict: "INCONCLUSIVE", because: "could-not-break" });
    expect(expectations[0]!.phases.during!.left).toBeGreaterThan(10);
  });
  it("is BROKEN where the file says that it is bad", async () => {
    const { verdict, reason } = await judged("bad", ", cancelled: bad }, good: { status: 2xx, within: 1s }");
    expect(verdict).toBe("BROKEN");
    expect(reason).toMatch(/its caller gave up/);
  });
});
