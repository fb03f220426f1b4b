import { describe, expect, it } from "vitest";
import { CHECKOUT, EXAMPLE } from "../../experiments/model/run/example.ts";
import { budgetOf } from "./budget.ts";
import { openHistory } from "./history.ts";
import { simulatedJournal } from "./simulated-journal.ts";

/** History in which every 200th sample taken while a fault is live is bad. */
const history = openHistory();
let sent = 0;
const sample = (_: string, __: number, live: readonly string[]) =>
  live.length > 0 && ++sent % 200 === 0 ? "bad" : "good";
for (const record of simulatedJournal({ sample })) history.add(record);
const at = (ms: number) => history.after(history.countAt(ms))!.run;

describe("the budget of an expectation", () => {
  it("is of the planned samples while more may come", () => {
    // Samples at 40/s count for 9.5 s, since each needs the 500 ms of the limit before the fault ends; 1% may be bad.
    expect(budgetOf(at(9_000), CHECKOUT, "during")).toMatchObject({ allowed: 3, of: 380, samples: "planned" });
    expect(budgetOf(at(3_000), CHECKOUT, "baseline")).toMatchObject({
      bad: 0,
      allowed: 2,
      of: 200,
      samples: "planned",
    });
  });
  it("is of those that were seen once all are known", () => {
    const during = budgetOf(at(1e9), CHECKOUT, "during")!;
    expect(during).toMatchObject({ samples: "all", bad: 1 });
    expect(during.allowed).toBe(Math.floor(during.of / 100));
  });
  it("stays that of the plan where it broke for good, as the verdict's reason says", () => {
    const broken = openHistory();
    for (const record of simulatedJournal({ sample: (_, __, live) => (live.length > 0 ? "bad" : "good") }))
      broken.add(record);
    const { run } = broken.after(broken.records.length)!;
    expect(run).toMatchObject({ verdict: "BROKEN", reason: expect.stringContaining("at most 3 of the planned 380") });
    expect(budgetOf(run, CHECKOUT, "during")).toMatchObject({ allowed: 3, of: 380, samples: "planned" });
  });
  it("is none before its phase, without an objective, and where windows or one good look decide", () => {
    expect(budgetOf(at(3_000), CHECKOUT, "during")).toBeNull();
    expect(budgetOf(at(1e9), CHECKOUT, "recovery")).toBeNull();
    expect(budgetOf(at(1e9), { ...CHECKOUT, objective: { during: 0.99 } }, "baseline")).toBeNull();
    expect(budgetOf(at(1e9), { ...CHECKOUT, eventuallyMs: 5_000 }, "during")).toBeNull();
  });
  it("counts what traffic decides by what was seen", () => {
    const counted = { ...CHECKOUT, pace: null, style: "counted" as const };
    const run = { ...at(9_000), plan: { ...EXAMPLE, expectations: [counted] } };
    const { of, samples } = budgetOf(run, counted, "during")!;
    expect(samples).toBe("growing");
    expect(of).toBeLessThan(400);
  });
});
