import type { Agent } from "../../fleet/agent.ts";
import type { Handler } from "../context.ts";
import type { AgentView } from "../contract/index.ts";

const viewOf = (agent: Agent, edges: readonly string[], nowMs: number): AgentView => ({
  instance: agent.instance,
  boot: agent.boot,
  version: agent.version,
  pid: agent.pid,
  connected: agent.link !== null,
  edges,
  live: agent.live(),
  lastPulseAgoMs: agent.pulse === null ? null : Math.round(nowMs - agent.pulse.atMs),
});
export const listAgents: Handler<"GET /api/v1/agents"> = async ({ fleet, mesh, clock }) => {
  const edges = mesh?.edges.map(({ id }) => id) ?? [];
  return { agents: fleet.agents().map((agent) => viewOf(agent, edges, clock.nowMs())) };
};
