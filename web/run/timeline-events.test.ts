import { describe, expect, it } from "vitest";
import type { Guardrail } from "../../experiments/model/experiment/experiment.ts";
import { asAgentBoot, asEdgeId } from "../../experiments/model/names.ts";
import { CHECKOUT, EXAMPLE } from "../../experiments/model/run/example.ts";
import type { SimulatedWorld } from "../../experiments/model/run/simulation.ts";
import { openHistory } from "./history.ts";
import { simulatedJournal } from "./simulated-journal.ts";
import { gathered } from "./timeline-events.ts";

const momentsIn = (changes: Partial<SimulatedWorld> = {}, plan = EXAMPLE) => {
  const history = openHistory();
  for (const record of simulatedJournal(changes, plan)) history.add(record);
  return history.moments;
};
const says = (moments: ReturnType<typeof momentsIn>) => moments.map((moment) => moment.says);

describe("the ticks of a timeline", () => {
  it("tell a run that held from its baseline to its verdict, in order", () => {
    const moments = momentsIn();
    expect(says(moments)).toEqual([
      "Baseline begins",
      "Faults are ordered",
      "Applied: payments is slow",
      "First hit of payments is slow",
      "Revert: the faults are taken away",
      expect.stringMatching(/^Audit: its agent attested/),
      expect.stringMatching(/^Recovered: steady from/),
      expect.stringMatching(/^Audit: its agent attested/),
      "Verdict: HELD",
    ]);
    const times = moments.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
  it("name what broke when it is found, and no second time at the end", () => {
    const moments = momentsIn({ sample: (_, __, live) => (live.length > 0 ? "bad" : "good") });
    const broken = moments.filter((moment) => moment.says.startsWith("BROKEN"));
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatchObject({ kind: "bad" });
    expect(moments.at(-1)).toMatchObject({ kind: "bad", says: "Verdict: BROKEN" });
  });
  it("name a leak that the file only wants reported", () => {
    const radius = {
      ...{ services: ["checkout", "payments", "browser", "catalog"], path: [], declared: [] },
      edges: [asEdgeId("checkout->payments"), asEdgeId("browser->catalog")],
    };
    const before = [{ edge: 1, n: 100, failed: 0, unanswered: 0, perSecond: 20, p95Ms: 10 }];
    const span = (fromMs: number, toMs: number) => ({ type: "passed", atMs: toMs, fromMs, toMs }) as const;
    const seconds = Array.from({ length: 10 }, (_, i) => span(6_100 + i * 1_000, 7_100 + i * 1_000));
    const happens = [
      { ...span(1_100, 6_100), before, edges: [] },
      ...seconds.map((second) => ({ ...second, edges: [[1, 20, 10] as const] })),
    ];
    const moments = momentsIn({ happens }, { ...EXAMPLE, radius, limits: { ...EXAMPLE.limits, leak: "report" } });
    const leaks = moments.filter((moment) => moment.says.startsWith("Leak: catalog is not declared, but"));
    expect(leaks).toMatchObject([{ kind: "doubt" }]);
  });
  it("name a halt and the revert that follows it", () => {
    const halt = { type: "halted", atMs: 8_000, because: "operator", reason: "enough", recover: false } as const;
    const told = says(momentsIn({ happens: [halt] }));
    expect(told.indexOf("HALTED: enough")).toBeGreaterThan(0);
    expect(told.indexOf("Revert: the faults are taken away")).toBe(told.indexOf("HALTED: enough") + 1);
    expect(told.at(-1)).toBe("Verdict: HALTED");
  });
  it("name who halted", () => {
    const halted = { type: "halted", atMs: 9_000, because: "operator", reason: "enough", recover: false } as const;
    const told = momentsIn({ happens: [{ ...halted, by: "alice" }] }).map(({ says }) => says);
    expect(told).toContain("HALTED by alice: enough");
  });
  it("name a service that ended, and an edge on which nothing passed in the baseline", () => {
    const ended = { type: "service-exited", atMs: 9_000, service: "payments", how: "was ended by SIGKILL" } as const;
    const edges = [{ edge: asEdgeId("checkout->payments"), listen: "127.0.0.1:18003" }];
    const told = momentsIn({ happens: [ended, { type: "unpassed", atMs: 6_100, edges }] });
    expect(told.find(({ atMs }) => atMs === 9_000)).toMatchObject({
      kind: "bad",
      says: "payments was ended by SIGKILL",
    });
    expect(told.find(({ says }) => says.startsWith("Nothing passed"))).toMatchObject({ kind: "doubt", atMs: 6_100 });
  });
  it("show a guardrail each time it looks bad or cannot look, and never when it looks good", () => {
    const rail: Guardrail = { name: "host", probe: CHECKOUT.probe, good: {}, trip: { bad: 3, of: 3 }, blind: "halt" };
    const look = (atMs: number, outcome: "good" | "bad" | "errored") =>
      ({ type: "guarded", atMs, guardrail: "host", outcome, why: "hot" }) as const;
    const plan = { ...EXAMPLE, guardrails: [rail] };
    const happens = [look(2_000, "good"), look(2_500, "bad"), look(3_000, "errored")];
    const rails = momentsIn({ happens }, plan).filter((moment) => moment.says.includes("Guardrail"));
    expect(rails.map(({ atMs, kind }) => [atMs, kind])).toEqual([
      [2_500, "bad"],
      [3_000, "doubt"],
    ]);
  });
  it("are one line where the same happens again and again, and only there", () => {
    const tick = (atMs: number, says: string) => ({ sequence: atMs, atMs, wallMs: 0, kind: "bad", says }) as const;
    const lines = gathered([tick(1, "hot"), tick(2, "hot"), tick(3, "cold"), tick(4, "hot")]);
    expect(lines.map(({ atMs, lastMs, times, says }) => [atMs, lastMs, times, says])).toEqual([
      [1, 2, 2, "hot"],
      [3, 3, 1, "cold"],
      [4, 4, 1, "hot"],
    ]);
  });
  it("say how many agents attested, once", () => {
    const boots = Array.from({ length: 40 }, (_, i) => asAgentBoot(`boot-${i}`));
    const moments = momentsIn({ boots, grade: (boot) => (boot === "boot-7" ? "inferred" : "attested") });
    const audits = moments.filter((moment) => moment.says.startsWith("Audit"));
    expect(audits.length).toBeLessThanOrEqual(2);
    expect(audits[0]).toMatchObject({ kind: "doubt", says: "Audit: 39 of 40 agents attested to hold nothing" });
  });
});
