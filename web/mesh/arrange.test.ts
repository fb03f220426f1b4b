import { describe, expect, it } from "vitest";
import { arrange } from "./arrange.ts";
import { compact } from "./compact.ts";
import { elkGraphOf, placedOf } from "./elk-graph.ts";
import { meshViewOf } from "./grouping.ts";
import type { Level } from "./level.ts";
import { meshOf, SHOP } from "./made-up.ts";

const place = async (level: Level) => compact(level);
const TWO = meshOf({ a: { t: "x" }, b: { t: "x" }, c: { t: "y" } }, ["a->b", "b->c", "c->a"]);

describe("a picture of several levels", () => {
  it("draws what is inside of an open group within its frame", async () => {
    const { boxes, routes, extent } = await arrange(meshViewOf(TWO, "t", new Set(["x"])), place);
    const frame = boxes["group:x"]!;
    for (const name of ["a", "b"]) {
      const { x, y, width, height } = boxes[name]!;
      expect(x).toBeGreaterThan(frame.x);
      expect(y).toBeGreaterThan(frame.y);
      expect(x + width).toBeLessThan(frame.x + frame.width);
      expect(y + height).toBeLessThan(frame.y + frame.height);
    }
    expect(extent.width).toBeGreaterThanOrEqual(frame.width);
    // The route starts at the drawn box, not at the laid-out box.
    expect(routes["a->b"]!.d.startsWith(`M${boxes.a!.x + boxes.a!.width} ${boxes.a!.y + boxes.a!.height / 2}C`)).toBe(
      true,
    );
  });
  it("has a route for every edge, also where one end is inside of a group and the other is not", async () => {
    for (const open of [[], ["x"], ["x", "y"]]) {
      const shown = meshViewOf(TWO, "t", new Set(open));
      const { routes } = await arrange(shown, place);
      expect(Object.keys(routes).sort()).toEqual(shown.edges.map(({ id }) => id).sort());
    }
  });
  it("places every service once where there are no groups", async () => {
    const { boxes, labels } = await arrange(meshViewOf(SHOP, null, new Set()), place);
    expect(Object.keys(boxes).sort()).toEqual(["checkout", "gateway", "ledger", "payments"]);
    expect(labels).toBe(true);
  });
});

describe("a level in the words of ELK", () => {
  const level: Level = {
    ...{ nodes: [{ id: "a", width: 200, height: 76 }], edges: [{ id: "a->a", from: "a", to: "a" }], labels: true },
  };
  it("asks for room for a label only where labels are shown", () => {
    expect(elkGraphOf(level).edges?.[0]?.labels).toHaveLength(1);
    expect(elkGraphOf({ ...level, labels: false }).edges?.[0]?.labels).toBeUndefined();
  });
  it("reads splines, and puts the label in the middle of its room", () => {
    const placed = placedOf({
      ...{ id: "level", width: 10, height: 5, children: [{ id: "a", x: 1, y: 2, width: 3, height: 4 }] },
      edges: [
        {
          ...{ id: "a->a", sources: ["a"], targets: ["a"], labels: [{ x: 100, y: 100 }] },
          sections: [
            {
              ...{ id: "s", startPoint: { x: 0, y: 0 }, endPoint: { x: 9, y: 9 } },
              bendPoints: [
                { x: 3, y: 0 },
                { x: 6, y: 9 },
              ],
            },
          ],
        },
      ],
    });
    expect(placed.boxes).toEqual({ a: { x: 1, y: 2, width: 3, height: 4 } });
    expect(placed.routes["a->a"]).toEqual({ d: "M0 0C3 0 6 9 9 9", x: 176, y: 150 });
  });
});
