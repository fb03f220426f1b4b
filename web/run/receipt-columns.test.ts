import { describe, expect, it } from "vitest";
import type { ReceiptReport } from "../../experiments/model/report/report.ts";
import { columnsFor, countIn } from "./receipt-columns.ts";

const receipt = (over: Partial<ReceiptReport>): ReceiptReport => ({
  ...{ fault: "slow", from: "checkout", to: "payments", unit: "exchange" },
  ...{ seen: 9, matched: 9, injected: 9, spared: 0, capped: 0, untouched: 0, ordinals: [] },
  ...over,
});
const named = (...receipts: readonly ReceiptReport[]) => columnsFor(receipts).map(({ count }) => count);
const ALWAYS = ["seen", "matched", "injected", "spared", "capped", "untouched"];

describe("the table of receipts", () => {
  it("has no column for what did not happen", () => {
    expect(named()).toEqual(ALWAYS);
    expect(named(receipt({}), receipt({ squeezed: 0 }))).toEqual(ALWAYS);
  });
  it("shows what a fault slowed down by more than its delay, beside receipts without it", () => {
    const [slowed, other] = [receipt({ squeezed: 3 }), receipt({})];
    expect(named(other, slowed)).toEqual([...ALWAYS, "squeezed"]);
    expect([countIn(slowed, "squeezed"), countIn(other, "squeezed")]).toEqual([3, 0]);
  });
  it("shows what passed a fault by, too", () => {
    expect(named(receipt({ refused: 1 }), receipt({ escaped: 2 }))).toEqual([...ALWAYS, "escaped", "refused"]);
  });
});
