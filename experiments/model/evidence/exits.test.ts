/** Services that end by themselves, from the event to the reason of any verdict and the report. */
import { describe, expect, it } from "vitest";
import { type Entry, foldJournal } from "../journal/journal.ts";
import { asEdgeId } from "../names.ts";
import { reportOf } from "../report/report.ts";
import type { RunEvent } from "../run/event.ts";
import { EXAMPLE } from "../run/example.ts";
import { type SimulatedWorld, simulate } from "../run/simulation.ts";
import { type ServiceExit, spellExits } from "./exits.ts";
import { spellUnpassed } from "./unpassed.ts";

const exited = (atMs: number, service = "payments"): RunEvent => ({
  ...{ type: "service-exited", atMs, service, how: "exited with code 1" },
});
const reportWith = (happens: readonly RunEvent[], changes: Partial<SimulatedWorld> = {}) => {
  const { run } = simulate(EXAMPLE, { happens, ...changes });
  const created = { plan: EXAMPLE, file: null, description: "", labels: {}, annotations: {}, source: {} };
  return reportOf(run, created, { startedAt: "2030-01-01T00:00:00.000Z" });
};

describe("a service that ends by itself", () => {
  it("is in the reason of a verdict, with its time and the faults that were live", () => {
    const broken = reportWith([exited(9_330)], { sample: (_of, _atMs, live) => (live.length > 0 ? "bad" : "good") });
    expect(broken.verdict).toBe("BROKEN");
    const held = reportWith([exited(9_330)]);
    expect(held.verdict).toBe("HELD");
    expect(held.reason).toMatch(
      / payments exited with code 1 at \+3\.2 s of during, while "payments is slow" was live\.$/,
    );
    expect(held.exits).toEqual([
      { service: "payments", how: "exited with code 1", atMs: 9_330, live: ["payments is slow"] },
    ]);
    expect(reportWith([])).not.toHaveProperty("exits");
  });
  it("is in that of a broken run too, where it may be the cause", () => {
    const broken = reportWith([exited(6_500)], { sample: (_of, atMs) => (atMs > 6_500 ? "bad" : "good") });
    expect(broken.verdict).toBe("BROKEN");
    expect(broken.reason).toContain(
      'payments exited with code 1 at +0.4 s of during, while "payments is slow" was live',
    );
  });
  it("is told of the baseline as before any fault, and of a halted run alike", () => {
    expect(reportWith([exited(3_000)]).reason).toMatch(/ at \+1\.9 s of baseline, before any fault\.$/);
    const halted: RunEvent = { type: "halted", atMs: 4_000, because: "operator", reason: "Enough.", recover: false };
    const report = reportWith([exited(3_000), halted]);
    expect(report).toMatchObject({ verdict: "HALTED", reason: expect.stringMatching(/^Enough\. payments exited/) });
  });
  it("changes nothing of what the run decides and does", () => {
    const without = simulate(EXAMPLE);
    const { run, effects } = simulate(EXAMPLE, { happens: [exited(200), exited(9_000), exited(17_500)] });
    expect(effects.map(({ do: what }) => what)).toEqual(without.effects.map(({ do: what }) => what));
    expect(run).toMatchObject({ verdict: "HELD", findings: [] });
  });
  it("is told with its phase, or the time between two, five of them at most", () => {
    const spans = { baseline: { fromMs: 1_000, toMs: 6_000 }, during: { fromMs: 6_500, toMs: 16_000 } };
    const exit = (atMs: number, live: readonly string[] = []): ServiceExit => ({
      ...{ service: "ledger", how: "was ended by SIGKILL", atMs, live },
    });
    const say = (...exits: ServiceExit[]) => spellExits(exits, spans);
    expect(say(exit(500))).toBe("ledger was ended by SIGKILL before the baseline, before any fault.");
    expect(say(exit(6_200))).toBe("ledger was ended by SIGKILL after baseline, before any fault.");
    expect(say(exit(6_600))).toBe("ledger was ended by SIGKILL at +0.1 s of during, when no fault was live.");
    expect(say(exit(7_000, ["a", "b"]))).toBe(
      'ledger was ended by SIGKILL at +0.5 s of during, while "a" and "b" were live.',
    );
    expect(say(exit(17_000))).toBe("ledger was ended by SIGKILL after during, when no fault was live.");
    expect(say(...Array.from({ length: 8 }, () => exit(500)))).toMatch(/ 3 more services ended\.$/);
    expect(say()).toBe("");
  });
});

describe("an edge on which nothing passed in the baseline", () => {
  const unpassed: RunEvent = {
    ...{ type: "unpassed", atMs: 6_120, edges: [{ edge: asEdgeId("checkout->payments"), listen: "127.0.0.1:18003" }] },
  };
  const words =
    "Nothing passed the agent on checkout → payments in the baseline: is checkout configured to call 127.0.0.1:18003?";

  it("is a warning of the report and no finding", () => {
    expect(spellUnpassed({ edge: asEdgeId("checkout->payments"), listen: "127.0.0.1:18003" })).toBe(words);
    const report = reportWith([unpassed]);
    expect(report).toMatchObject({ verdict: "HELD", warnings: [words] });
    expect(simulate(EXAMPLE, { happens: [unpassed] }).run.findings).toEqual([]);
    expect(reportWith([])).not.toHaveProperty("warnings");
  });
  it("and a service that ended fold from the records of a journal", () => {
    const created = { plan: EXAMPLE, file: null, description: "", labels: {}, annotations: {}, source: {} };
    const events = [{ type: "started", atMs: 0 } as const, exited(100), unpassed];
    const entries: Entry[] = [
      { kind: "created", created },
      ...events.map((event) => ({ kind: "event", event }) as const),
    ];
    const records = entries.map((entry, i) => ({ sequence: i + 1, wallMs: 0, hash: `${i}`, entry }));
    expect(foldJournal(records)).toMatchObject({
      exits: [{ service: "payments", atMs: 100, live: [] }],
      unpassed: [{ edge: "checkout->payments" }],
    });
  });
});
