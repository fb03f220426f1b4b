import { describe, expect, it } from "vitest";
import { boundCauses, type ErroredBy, spellCauses, sumCauses } from "./errored.ts";

describe("causes of errored looks", () => {
  it("are summed and told with the most frequent first", () => {
    const by = sumCauses([
      { errored: 3, erroredBy: { "late prober": 1, "no descriptors": 2 } },
      { errored: 4, erroredBy: { "late prober": 4 } },
    ]);
    expect(by).toEqual({ "late prober": 5, "no descriptors": 2 });
    expect(spellCauses(by)).toBe("5 late prober, 2 no descriptors");
  });
  it("are `other` where an old record names none, so that no look is lost", () => {
    expect(sumCauses([{ errored: 3 }, { errored: 2, erroredBy: { "late prober": 1 } }])).toEqual({
      "late prober": 1,
      other: 4,
    });
    expect(sumCauses([{ errored: 0 }])).toEqual({});
  });
  it("are at most eight and the rest `other`, with the sum kept", () => {
    const many: ErroredBy = {
      ...{ "late prober": 20, "stalled agent": 19, "no descriptors": 18, "no memory": 17, "no ports": 16 },
      ...{ "not permitted": 15, "address denied": 14, "no traffic": 13, "body encoded": 2, "look failed": 1, other: 5 },
    };
    const bound = boundCauses(many);
    expect(Object.keys(bound)).toHaveLength(9);
    expect(bound).toMatchObject({ "no traffic": 13, other: 8 });
    expect(bound).not.toHaveProperty("look failed");
    expect(boundCauses(bound)).toEqual(bound);
    // Verdicts hang on these, however few there are.
    expect(boundCauses({ ...many, "outcome unknown": 1 })).toMatchObject({ "outcome unknown": 1 });
  });
});
