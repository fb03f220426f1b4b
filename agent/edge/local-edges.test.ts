import { expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { LocalEdges } from "./local-edges.ts";

const edge = (id: string, changes: Partial<EdgeOrder> = {}): EdgeOrder => ({
  ...{ id: asEdgeId(id), listen: "127.0.0.1:1", protocol: "http", endpoints: ["payments:80"], healthPath: null },
  ...changes,
});

it("an edge that the server does not name is served as defined here", () => {
  const local = new LocalEdges([edge("a->b"), edge("a->c")]);
  expect(local.merge([])).toEqual({ orders: [edge("a->b"), edge("a->c")], failed: [], unled: ["a->b", "a->c"] });
  expect(local.merge([edge("a->d")]).orders).toEqual([edge("a->d"), edge("a->b"), edge("a->c")]);
});
it("an edge that the server names is served as the server says, but for the address where callers come", () => {
  const local = new LocalEdges([edge("a->b")]);
  const ordered = edge("a->b", { listen: "127.0.0.1:9", endpoints: ["10.0.0.1:80"] });
  expect(local.merge([ordered])).toEqual({ orders: [ordered], failed: [], unled: [] });
  expect(local.listen).toEqual({ "a->b": "127.0.0.1:1" });
  expect(new LocalEdges([edge("a->b", { listen: "localhost:0" })]).listen).toEqual({});
});
it("an edge of another protocol goes on as defined here, and is told as not served", () => {
  const local = new LocalEdges([edge("a->b")]);
  const { orders, failed, unled } = local.merge([edge("a->b", { protocol: "tcp" })]);
  expect(orders).toEqual([edge("a->b")]);
  expect(unled).toEqual(["a->b"]);
  expect(failed).toEqual([
    { id: "a->b", why: "edge a → b is served as http, as this agent's own edges say, not as tcp" },
  ]);
});
