import { describe, expect, it } from "vitest";
import { asEdgeId, asFaultId } from "../names.ts";
import { injectedIn, joinReceipts, type Receipt, receiptProblem, receiptsOn } from "./receipt.ts";

const receipt = (changes: Partial<Receipt> = {}): Receipt => ({
  ...{
    id: asFaultId("r/f@a->b"),
    fault: "f",
    edge: asEdgeId("a->b"),
    unit: "exchange",
    liveMs: 1_000,
    ordinals: [1, 4],
  },
  ...{ seen: 10, matched: 6, injected: 2, spared: 1, capped: 1, untouched: 2 },
  ...changes,
});

describe("a receipt", () => {
  it("adds up: seen ≥ matched = injected + spared + capped + untouched", () => {
    expect(receiptProblem(receipt())).toBeNull();
    expect(receiptProblem(receipt({ seen: 6 }))).toBeNull();
    expect(receiptProblem(receipt({ seen: 5 }))).toBe("receipt r/f@a->b: matched 6 of only 5 seen");
    for (const part of ["injected", "spared", "capped", "untouched"] as const)
      expect(receiptProblem(receipt({ [part]: 3 }))).toMatch(/matched 6, but injected/);
    expect(receiptProblem(receipt({ spared: -1 }))).toBe("receipt r/f@a->b: spared is -1, expected 0 or more");
    expect(receiptProblem(receipt({ seen: Number.NaN }))).toMatch(/seen is NaN/);
  });
  it("is summed over boots; it was live everywhere only as long as where it was live shortest", () => {
    const receipts = {
      one: { "r/f@a->b": receipt() },
      two: { "r/f@a->b": receipt({ liveMs: 400, ordinals: [2] }), "r/g@a->b": receipt({ id: asFaultId("r/g@a->b") }) },
    };
    expect(joinReceipts(receiptsOn(receipts, asFaultId("r/f@a->b")))).toMatchObject({
      ...{ seen: 20, matched: 12, injected: 4, spared: 2, capped: 2, untouched: 4, liveMs: 400, ordinals: [1, 2, 4] },
    });
    expect(joinReceipts(receiptsOn(receipts, asFaultId("r/x@a->b")))).toBeNull();
    expect(injectedIn(receipts)).toBe(6);
  });
  it("says that the redirect let units escape if any boot's redirect did", () => {
    const [upgraded, redirected] = [receipt({ escaped: 2 }), receipt({ escaped: 3, escapedBy: "redirect" })];
    expect(joinReceipts([upgraded, redirected])).toMatchObject({ escaped: 5, escapedBy: "redirect" });
    expect(joinReceipts([upgraded, upgraded])!.escapedBy).toBeUndefined();
  });
  it("keeps a thousand ordinals", () => {
    const many = Array.from({ length: 800 }, (_, i) => i + 1);
    expect(joinReceipts([receipt({ ordinals: many }), receipt({ ordinals: many })])!.ordinals).toHaveLength(1_000);
  });
});
