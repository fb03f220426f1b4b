import { expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { served, setUp } from "../../test/agent/stage.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { countByEndpoint } from "./connections.ts";

it("counts connections by endpoint, up to as many endpoints as a message holds", () => {
  expect(countByEndpoint(["a:1", "b:1", "a:1"])).toEqual({ "a:1": 2, "b:1": 1 });
  expect(countByEndpoint([])).toEqual({});
  const many = Array.from({ length: 17 }, (_, i) => `10.0.0.${i}:1`);
  expect(Object.keys(countByEndpoint(many.slice(1))!)).toHaveLength(16);
  expect(countByEndpoint(many)).toBeNull();
});
it("is reported for an edge with several endpoints, in the row of the untreated", async () => {
  const { agent } = await setUp({}, () => ({ ...served(), connectedEndpoints: () => ["b:1", "b:1"] }));
  const order = (id: string, ...endpoints: readonly string[]): EdgeOrder => ({
    ...{ id: asEdgeId(id), listen: "127.0.0.1:0", protocol: "http", endpoints, healthPath: null },
  });
  await agent.edges.serve([order("a->b", "a:1", "b:1"), order("a->c", "b:1")]);
  const counts = agent.edges.takeCounts().map(({ edge, group, connections }) => [edge, group, connections]);
  expect(counts).toEqual([
    ["a->b", "treated", undefined],
    ["a->b", "untreated", { "b:1": 2 }],
    ["a->c", "treated", undefined],
    ["a->c", "untreated", undefined],
  ]);
});
