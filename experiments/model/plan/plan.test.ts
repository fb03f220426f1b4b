import { describe, expect, it } from "vitest";
import { EXAMPLE, SLOW } from "../run/example.ts";
import { boundariesOf, liveAt, type Plan } from "./plan.ts";

const plan = (changes: Partial<Plan> = {}): Plan => ({ ...EXAMPLE, ...changes });
const cue = (name: string, fromMs: number, toMs: number) => ({ ...SLOW, name, fromMs, toMs });

describe("the timeline", () => {
  const overlapping = plan({ faults: [cue("a", 0, 6_000), cue("b", 2_000, 8_000)] });
  it("has a fault live from its start to just before its end, in file order", () => {
    expect(liveAt(overlapping, 0)).toEqual(["a"]);
    expect(liveAt(overlapping, 1_999)).toEqual(["a"]);
    expect(liveAt(overlapping, 2_000)).toEqual(["a", "b"]);
    expect(liveAt(overlapping, 6_000)).toEqual(["b"]);
    expect(liveAt(overlapping, 8_000)).toEqual([]);
  });
  it("may change only at its boundaries", () => {
    expect(boundariesOf(overlapping)).toEqual([2_000, 6_000, 8_000, 10_000]);
    for (let ms = 0; ms < 10_000; ms += 250) {
      const behind = boundariesOf(overlapping).findLast((boundary) => boundary <= ms) ?? 0;
      expect(liveAt(overlapping, ms)).toEqual(liveAt(overlapping, behind));
    }
  });
});
