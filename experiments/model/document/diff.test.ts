import { describe, expect, it } from "vitest";
import { diffDocuments, MOST_CHANGES } from "./diff.ts";

describe("changes between two documents", () => {
  it("are none where nothing differs, whatever the order of keys", () => {
    expect(diffDocuments({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toEqual([]);
  });
  it("name the place, with what was and what is", () => {
    expect(diffDocuments({ a: { b: 1 }, gone: true }, { a: { b: 2 }, more: [] })).toEqual([
      { path: ["a", "b"], before: 1, after: 2 },
      { path: ["gone"], before: true },
      { path: ["more"], after: [] },
    ]);
  });
  it("look into lists by place, and take another kind of value whole", () => {
    expect(diffDocuments({ a: [1, 2] }, { a: [1, 3, 4] })).toEqual([
      { path: ["a", 1], before: 2, after: 3 },
      { path: ["a", 2], after: 4 },
    ]);
    expect(diffDocuments({ a: [1] }, { a: { 0: 1 } })).toEqual([{ path: ["a"], before: [1], after: { 0: 1 } }]);
    expect(diffDocuments({ a: null }, { a: {} })).toEqual([{ path: ["a"], before: null, after: {} }]);
  });
  it("know a key from what every object inherits", () => {
    expect(diffDocuments({}, { constructor: 1 })).toEqual([{ path: ["constructor"], after: 1 }]);
  });
  it("end somewhere", () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i]));
    expect(diffDocuments({}, many)).toHaveLength(MOST_CHANGES);
  });
});
