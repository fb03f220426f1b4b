/** Counts the kept connections of edges on which the faults of a plan select endpoints, from the agents' reports. */
import type { EdgeId } from "../../../experiments/model/names.ts";
import type { AgentRef } from "../../../experiments/model/plan/agents.ts";
import type { KeptConnections } from "../../../experiments/model/plan/kept-connections.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import type { EdgeCounts } from "../../traffic/edge-counts.ts";

/** Tells whether an agent holds a fault on an edge; an agent without a list holds all faults of the plan. */
const holds = ({ faults }: AgentRef, edge: EdgeId): boolean =>
  faults === undefined || faults.some((id) => id.endsWith(`@${edge}`));

/** A row for each fault and edge with selected endpoints, where all agents report their connections. */
export const keptConnections = (
  plan: Plan,
  agents: readonly AgentRef[],
  traffic: Pick<EdgeCounts, "connectionsOn">,
): readonly KeptConnections[] =>
  plan.faults.flatMap(({ name, targets }) =>
    targets.flatMap(({ edge, endpoints }) => {
      if (endpoints === null) return [];
      const boots = agents.filter((agent) => holds(agent, edge)).map(({ boot }) => boot);
      const counts = boots.length === 0 ? null : traffic.connectionsOn(edge, boots);
      if (counts === null) return [];
      const open = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const selected = endpoints.reduce((sum, address) => sum + (counts.get(address) ?? 0), 0);
      return [{ fault: name, edge, open, selected }];
    }),
  );
