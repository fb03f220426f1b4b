import { describe, expect, it } from "vitest";
import { drawnAs, groupingsOf, meshViewOf, usualGrouping } from "./grouping.ts";
import { meshOf, SHOP } from "./made-up.ts";

const none = new Set<string>();

describe("grouping by a label", () => {
  it("offers the labels that tell services apart", () => {
    const mesh = meshOf({ a: { tier: "x", id: "1" }, b: { tier: "x", id: "2" }, c: { tier: "y", id: "3" } }, []);
    expect(groupingsOf(mesh)).toEqual(["tier"]);
  });
  it("shows a small mesh one by one, whatever its labels", () => {
    expect(usualGrouping(SHOP)).toBeNull();
    expect(meshViewOf(SHOP, null, none).edges.map(({ id }) => id)).toEqual(SHOP.edges.map(({ id }) => id));
  });
  it("groups a large mesh by the label with the fewest edges between its groups, of those with four at least", () => {
    const names = Array.from({ length: 80 }, (_, index) => index);
    const mesh = meshOf(
      Object.fromEntries(names.map((n) => [`s${n}`, { half: `${n % 2}`, row: `${n % 8}`, block: `${n >> 4}` }])),
      // Each calls the next: within a block nearly always.
      names.slice(1).map((n) => `s${n - 1}->s${n}`),
    );
    expect(usualGrouping(mesh)).toBe("block");
  });
  it("draws edges between two closed groups as one that knows which it stands for", () => {
    const { nodes, edges } = meshViewOf(SHOP, "tier", none);
    expect(nodes.map(({ id }) => id)).toEqual(["group:back", "group:edge", "group:middle"]);
    expect(edges).toEqual([
      { id: "gateway->checkout", from: "group:edge", to: "group:middle", edges: ["gateway->checkout"] },
      {
        ...{ id: "group:middle=>group:back", from: "group:middle", to: "group:back" },
        edges: ["checkout->payments", "checkout->ledger"],
      },
    ]);
  });
  it("hides what stays within a closed group, and shows it within an open one", () => {
    const mesh = meshOf({ a: { t: "x" }, b: { t: "x" }, c: { t: "y" } }, ["a->b", "a->c"]);
    expect(meshViewOf(mesh, "t", none).edges.map(({ edges }) => edges)).toEqual([["a->c"]]);
    const open = meshViewOf(mesh, "t", new Set(["x"]));
    expect(open.edges.map(({ from, to }) => [from, to])).toEqual([
      ["a", "b"],
      ["a", "group:y"],
    ]);
    expect([...open.standsFor]).toEqual([
      ["a", "a"],
      ["b", "b"],
      ["c", "group:y"],
    ]);
  });
  it("keeps services without the label together", () => {
    const mesh = meshOf({ a: { t: "x" }, b: {}, c: {} }, []);
    expect(meshViewOf(mesh, "t", none).nodes).toMatchObject([
      { value: "(none)", services: ["b", "c"] },
      { value: "x" },
    ]);
  });
  it("draws the two places of a pair as a single line, on which a selection of either shows", () => {
    const shown = meshViewOf(meshOf({ a: {}, b: {} }, ["a->b", "a->b:callee"]), null, none);
    expect(shown.edges).toEqual([{ id: "a=>b", from: "a", to: "b", edges: ["a->b", "a->b:callee"] }]);
    expect(["a->b", "a->b:callee", "a=>b", "b", null].map((at) => drawnAs(shown, at))).toEqual([
      ...["a=>b", "a=>b", "a=>b", "b", null],
    ]);
  });
  it("shows a service that calls itself", () => {
    expect(meshViewOf(meshOf({ a: {} }, ["a->a"]), null, none).edges).toHaveLength(1);
  });
});
