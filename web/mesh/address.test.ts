import { describe, expect, it } from "vitest";
import { type MeshAddress, meshAddressOf, placeHref, selectedOf } from "./address.ts";

const again = (place: MeshAddress) => meshAddressOf(new URLSearchParams(placeHref(place).split("?")[1] ?? ""));
const USUAL: MeshAddress = { view: null, group: null, isUsual: true, open: [], at: null };

describe("what is looked at, in the address", () => {
  it("reads what it wrote", () => {
    const places: readonly MeshAddress[] = [
      USUAL,
      { view: "list", group: "team", isUsual: false, open: ["a b", "c&d"], at: "checkout->payments" },
      { ...USUAL, group: null, isUsual: false },
    ];
    for (const place of places) expect(again(place)).toEqual(place);
  });
  it("tells no grouping from the usual one", () => {
    expect(placeHref(USUAL)).toBe("#/mesh");
    expect(placeHref({ ...USUAL, isUsual: false })).not.toBe("#/mesh");
  });
  it("knows a service, an edge and edges drawn as one apart", () => {
    expect([null, "ledger", "a->b", "group:x=>b"].map((at) => selectedOf(at)?.is)).toEqual([
      ...[undefined, "service", "edge", "bundle"],
    ]);
  });
});
