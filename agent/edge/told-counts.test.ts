import { expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { served, setUp } from "../../test/agent/stage.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import type { Outcome } from "../metrics/observer.ts";

const outcome: Outcome = {
  ...{ treated: false, startedMs: 0, endedMs: 5, status: 200, bytesIn: 1, bytesOut: 1, end: "clean" },
};
const told = (counts: readonly { readonly edge: string; readonly group: string }[]) =>
  counts.map(({ edge, group }) => `${edge} ${group}`);
const BOTH = ["a->b treated", "a->b untreated"];

it("leaves out the edges whose counts are as they were last taken, and says how many", async () => {
  const { agent, observerOf } = await setUp();
  const { edges } = agent;
  expect(edges.takeCounts()).toHaveLength(4);
  expect(edges.takeChangedCounts()).toEqual({ counts: [], unchanged: 2 });
  const observer = observerOf.get("a->b")!;
  const watched = observer.began(null, 0);
  const begun = edges.takeChangedCounts();
  expect([told(begun.counts), begun.unchanged, begun.counts[1]!.open]).toEqual([BOTH, 1, 1]);
  expect(edges.takeChangedCounts()).toEqual({ counts: [], unchanged: 2 });
  observer.ended(watched, outcome);
  const ended = edges.takeChangedCounts();
  expect([told(ended.counts), ended.counts[1]!.exchanges]).toEqual([BOTH, 1]);
  expect(ended.counts[1]!.latencies).not.toBe("");
  expect(edges.takeChangedCounts().unchanged).toBe(2);
});
it("tells of each kind of change: a connection cut before its request, a refusal, a caller turned away", async () => {
  const { agent, observerOf } = await setUp();
  const observer = observerOf.get("a->b")!;
  agent.edges.takeCounts();
  for (const change of [
    () => observer.unread({ ...outcome, treated: true }),
    () => observer.refused("tls", "TLS came in the place of HTTP"),
    () => observer.turnedAway("agent-descriptors"),
  ]) {
    change();
    expect(told(agent.edges.takeChangedCounts().counts)).toEqual(BOTH);
    expect(agent.edges.takeChangedCounts().unchanged).toBe(2);
  }
});
it("tells of an edge that came later, and of connections that came to an endpoint or left", async () => {
  const connected: string[] = [];
  const { agent } = await setUp({}, () => ({ ...served(), connectedEndpoints: () => connected }));
  const order: EdgeOrder = {
    ...{ id: asEdgeId("a->b"), listen: "127.0.0.1:0", protocol: "http", endpoints: ["b:1", "b:2"], healthPath: null },
  };
  agent.edges.takeCounts();
  await agent.edges.serve([order]);
  expect(told(agent.edges.takeChangedCounts().counts)).toEqual(BOTH);
  connected.push("b:1");
  expect(agent.edges.takeChangedCounts().counts[1]).toHaveProperty("connections", { "b:1": 1 });
  expect(agent.edges.takeChangedCounts().unchanged).toBe(1);
  connected.pop();
  expect(agent.edges.takeChangedCounts().counts[1]).toHaveProperty("connections", {});
});
it("knows of use though no row is told: exchanges since the pulse before, or under way", async () => {
  const { agent, observerOf } = await setUp();
  const { edges } = agent;
  const observer = observerOf.get("a->b")!;
  const isUsed = () => {
    edges.takeChangedCounts();
    return edges.isUsed;
  };
  expect(isUsed()).toBe(false);
  const watched = observer.began(null, 0);
  expect([isUsed(), isUsed()]).toEqual([true, true]);
  observer.ended(watched, outcome);
  expect([isUsed(), isUsed()]).toEqual([true, false]);
});
