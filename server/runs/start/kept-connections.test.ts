import { expect, it } from "vitest";
import { asAgentBoot, asEdgeId, asFaultId, asInstance, type EdgeId } from "../../../experiments/model/names.ts";
import type { AgentRef } from "../../../experiments/model/plan/agents.ts";
import { sayKeptConnections } from "../../../experiments/model/plan/kept-connections.ts";
import { EXAMPLE } from "../../../experiments/model/run/example.ts";
import { keptConnections } from "./kept-connections.ts";

const [fault] = EXAMPLE.faults;
const EDGE = fault!.targets[0]!.edge;
const OTHER = asEdgeId("front->back");
const planOn = (endpoints: readonly string[] | null) => ({
  ...EXAMPLE,
  faults: [
    {
      ...fault!,
      targets: [
        { ...fault!.targets[0]!, endpoints },
        { ...fault!.targets[0]!, edge: OTHER, endpoints: null },
      ],
    },
  ],
});
const agent = (name: string, ...edges: readonly EdgeId[]): AgentRef => ({
  instance: asInstance(name),
  boot: asAgentBoot(name),
  faults: edges.map((edge) => asFaultId(`plan/${fault!.name}@${edge}`)),
});
const traffic = (counts: Record<string, number> | null) => {
  const asked: unknown[] = [];
  return {
    asked,
    connectionsOn(edge: EdgeId, boots: readonly string[]) {
      asked.push([edge, boots]);
      return counts === null ? null : new Map(Object.entries(counts));
    },
  };
};

it("counts the open connections of the agents that hold the fault, and those to the selected endpoints", () => {
  const told = traffic({ "a:1": 4, "b:1": 5, "c:1": 3 });
  const agents = [agent("x", EDGE), agent("y", EDGE, OTHER), agent("z", OTHER)];
  const [kept, ...more] = keptConnections(planOn(["a:1", "d:1"]), agents, told);
  expect([kept, more]).toEqual([{ fault: fault!.name, edge: EDGE, open: 12, selected: 4 }, []]);
  expect(told.asked).toEqual([[EDGE, ["x", "y"]]]);
  expect(sayKeptConnections(kept)).toBe("12 open connections, 4 of them to these; a kept connection stays where it is");
});
it("counts nothing without selected endpoints, agents or reports", () => {
  expect(keptConnections(planOn(null), [agent("x", EDGE)], traffic({}))).toEqual([]);
  expect(keptConnections(planOn(["a:1"]), [], traffic({}))).toEqual([]);
  expect(keptConnections(planOn(["a:1"]), [agent("x", EDGE)], traffic(null))).toEqual([]);
  expect(sayKeptConnections(undefined)).toBe("a kept connection stays where it is");
});
