import { describe, expect, it } from "vitest";
import { EXIT } from "./exit-code.ts";
import { decisive, type Finding, type Verdict, worstOf } from "./verdict.ts";

const found = (verdict: Finding["verdict"], sequence: number, reason = verdict.toLowerCase()): Finding => ({
  verdict,
  because: "operator",
  reason,
  sequence,
});

describe("the verdict of one run", () => {
  it("is HELD only where nothing was found", () => {
    expect(decisive([])).toBeNull();
  });
  it("is RESIDUE over everything, whenever it was found", () => {
    const all = [found("BROKEN", 3), found("HALTED", 4), found("INCONCLUSIVE", 2), found("RESIDUE", 99)];
    expect(decisive(all)?.verdict).toBe("RESIDUE");
  });
  it("is BROKEN over HALTED only where it was decided before the halt", () => {
    expect(decisive([found("HALTED", 8), found("BROKEN", 7)])?.verdict).toBe("BROKEN");
    expect(decisive([found("HALTED", 7), found("BROKEN", 7)])?.verdict).toBe("HALTED");
    expect(decisive([found("HALTED", 7), found("BROKEN", 8)])?.verdict).toBe("HALTED");
    expect(decisive([found("BROKEN", 8), found("HALTED", 7), found("BROKEN", 3)])?.verdict).toBe("BROKEN");
  });
  it("is HALTED or BROKEN over INCONCLUSIVE, also over an earlier one", () => {
    expect(decisive([found("INCONCLUSIVE", 1), found("HALTED", 2)])?.verdict).toBe("HALTED");
    expect(decisive([found("INCONCLUSIVE", 1), found("BROKEN", 2)])?.verdict).toBe("BROKEN");
  });
  it("takes the earliest of a kind, and the first named of one moment", () => {
    const many = [found("BROKEN", 9, "late"), found("BROKEN", 5, "first"), found("BROKEN", 5, "second")];
    expect(decisive(many)?.reason).toBe("first");
  });
});

describe("the verdict of several runs", () => {
  it("is the worst of them, and nothing judged is no failure", () => {
    const order: Verdict[] = ["RESIDUE", "BROKEN", "HALTED", "INVALID", "INCONCLUSIVE", "HELD"];
    for (const [i, verdict] of order.entries()) expect(worstOf([null, ...order.slice(i).reverse()])).toBe(verdict);
    expect(worstOf([null])).toBeNull();
    expect(worstOf([])).toBeNull();
  });
  it("has an exit code of its own for each", () => {
    expect(EXIT).toEqual({ HELD: 0, BROKEN: 1, INVALID: 2, INCONCLUSIVE: 3, HALTED: 4, RESIDUE: 5 });
  });
});
