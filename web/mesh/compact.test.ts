import { describe, expect, it } from "vitest";
import { compact } from "./compact.ts";
import type { Level } from "./level.ts";

const levelOf = (ids: readonly string[], edges: readonly (readonly [string, string])[]): Level => ({
  nodes: ids.map((id) => ({ id, width: 200, height: 76 })),
  edges: edges.map(([from, to]) => ({ id: `${from}->${to}`, from, to })),
  labels: false,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

describe("the layout of a large level", () => {
  it("puts callers left of callees, also where calls go round in a circle", () => {
    const { boxes } = compact(
      levelOf(
        ["c", "b", "a"],
        [
          ["a", "b"],
          ["b", "c"],
          ["c", "b"],
        ],
      ),
    );
    expect(boxes.a!.x).toBeLessThan(boxes.b!.x);
    expect(boxes.b!.x).not.toBe(boxes.c!.x);
  });
  it("never lays one over another", () => {
    const ids = many(150);
    const all = Object.values(
      compact(
        levelOf(
          ids,
          ids.slice(1).map((id, index) => [ids[index >> 2]!, id] as const),
        ),
      ).boxes,
    );
    expect(all).toHaveLength(150);
    for (const [index, a] of all.entries())
      for (const b of all.slice(index + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
  });
  it("folds a long column until the whole has about the shape of a screen", () => {
    const { width, height } = compact(levelOf(many(300), []));
    expect(width / height).toBeGreaterThan(1.2);
    expect(width / height).toBeLessThan(2.6);
  });
  it("gives the same for the same, and a route for each edge", () => {
    const level = levelOf(
      ["a", "b"],
      [
        ["a", "b"],
        ["b", "b"],
      ],
    );
    expect(compact(level)).toEqual(compact(level));
    expect(Object.keys(compact(level).routes)).toEqual(["a->b", "b->b"]);
  });
  it("keeps the sizes of groups of different height", () => {
    const level = {
      ...levelOf([], []),
      nodes: [
        { id: "x", width: 236, height: 300 },
        { id: "y", width: 236, height: 90 },
      ],
    };
    const { x, y } = compact(level).boxes;
    expect([x!.height, y!.height]).toEqual([300, 90]);
  });
});
