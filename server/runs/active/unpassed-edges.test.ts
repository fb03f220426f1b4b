import { describe, expect, it } from "vitest";
import { asEdgeId } from "../../../experiments/model/names.ts";
import { EXAMPLE } from "../../../experiments/model/run/example.ts";
import { meshOf } from "../../../test/server/house.ts";
import { findUnpassedEdges } from "./unpassed-edges.ts";

const mesh = {
  ...meshOf("127.0.0.1:1"),
  edges: [
    {
      id: asEdgeId("checkout->payments"),
      from: "checkout",
      to: "payments",
      listen: "127.0.0.1:18003",
      protocol: "http" as const,
    },
  ],
};
const edgesWith = (over: number | null, open = 0) =>
  findUnpassedEdges(EXAMPLE, mesh, { countOver: () => [over], open: () => open }, 5_000);

describe("edges on which nothing passed", () => {
  it("are those that are struck and of which no agent told an exchange", () => {
    const advice = "checkout must call 127.0.0.1:18003 instead of 127.0.0.1:1.";
    expect(edgesWith(0)).toEqual([{ edge: "checkout->payments", listen: "127.0.0.1:18003", advice }]);
    expect(edgesWith(null)).toEqual([{ edge: "checkout->payments", listen: "127.0.0.1:18003", advice }]);
    expect(edgesWith(1)).toEqual([]);
  });
  it("are not those on which a connection is open that was made before", () => {
    expect(edgesWith(0, 1)).toEqual([]);
  });
});
