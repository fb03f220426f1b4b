import { describe, expect, it } from "vitest";
import { expectationPairs, ghostOf, radiusPairs, receiptPairs, signed } from "./comparison.ts";
import { reportNow } from "./fold.ts";
import { openHistory } from "./history.ts";
import { simulatedJournal } from "./simulated-journal.ts";

const reportOf = (...about: Parameters<typeof simulatedJournal>) => {
  const history = openHistory();
  for (const record of simulatedJournal(...about)) history.add(record);
  return reportNow(history.after(history.records.length)!);
};
const NAME = "shoppers can check out";
const held = reportOf();
const broken = reportOf({ sample: (_, __, live) => (live.length > 0 ? "bad" : "good") });

describe("two runs beside each other", () => {
  it("differ by the points of their good shares, phase by phase", () => {
    const [pair] = expectationPairs(broken, held);
    expect(pair?.name).toBe(NAME);
    expect(pair?.shares.map(({ phase, mine, other, points }) => [phase, mine, other, points])).toEqual([
      ["baseline", 1, 1, 0],
      ["during", 0, 1, -100],
      ["recovery", expect.any(Number), expect.any(Number), expect.any(Number)],
    ]);
  });
  it("do not differ where one of them saw nothing", () => {
    const halted = reportOf({
      happens: [{ type: "halted", atMs: 2_000, because: "operator", reason: "x", recover: false }],
    });
    const during = expectationPairs(halted, held)[0]!.shares.find(({ phase }) => phase === "during");
    expect(during).toMatchObject({ mine: null, other: 1, points: null });
  });
  it("show what only one of them has", () => {
    const renamed = { ...held, expectations: [{ ...held.expectations[0]!, name: "another" }], receipts: [] };
    expect(expectationPairs(held, renamed).map(({ name }) => name)).toEqual([NAME, "another"]);
    expect(receiptPairs(held, renamed)).toMatchObject([{ fault: "payments is slow", other: null }]);
    expect(receiptPairs(renamed, held)).toMatchObject([{ fault: "payments is slow", mine: null }]);
  });
  it("name the damaged services of either, and how", () => {
    const felt = { state: "contained", stop: "timeout", sinceMs: 9_000, reason: "r", leak: false } as const;
    const radius = { leaks: [], beyond: 0, measured: [], unseen: [] };
    const mine = { ...held, radius: { ...radius, services: [{ ...felt, service: "checkout" }] } };
    const other = { ...held, radius: { ...radius, services: [{ ...felt, service: "catalog" }] } };
    expect(radiusPairs(mine, other)).toMatchObject([
      { service: "checkout", mine: { stop: "timeout" }, other: null },
      { service: "catalog", mine: null, other: { stop: "timeout" } },
    ]);
    expect(radiusPairs(held, other)).toMatchObject([{ service: "catalog", mine: null }]);
  });
  it("lie on one another with their faults beginning at one moment", () => {
    const later = {
      ...held,
      spans: { ...held.spans, during: { fromMs: held.spans.during!.fromMs + 3_000, toMs: null } },
    };
    const [here] = ghostOf(held, held, NAME);
    const [there] = ghostOf(later, held, NAME);
    expect(there!.atMs - here!.atMs).toBeCloseTo(3_000);
    expect(ghostOf(held, held, "nobody")).toEqual([]);
  });
  it("spell a difference without a sign in front of nothing", () => {
    expect([1.26, -0.2, 0.04, -0.04, 0].map((points) => signed(points))).toEqual(["+1.3", "−0.2", "0", "0", "0"]);
  });
});
