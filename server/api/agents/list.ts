import type { AgentView } from "../../contract/index.ts";
import type { InstanceView } from "../../fleet/agent-registry.ts";
import type { Handler } from "../context.ts";
import { pageOf } from "../paging.ts";

const viewOf = (agent: InstanceView): AgentView => {
  const { instance, boot, version, pid, connected, ready, state } = agent;
  const { service, labels, transport, intercepts, edges, failed, live, lastPulseAgoMs } = agent;
  return {
    instance,
    boot,
    version,
    pid,
    connected,
    ready,
    state,
    service,
    labels,
    transport,
    intercepts,
    edges,
    failed,
    live,
    lastPulseAgoMs,
  };
};
export const listAgents: Handler<"GET /api/v1/agents"> = async (context, { query }) => {
  const all = context.controlPlane().fleet.instances();
  const meant = query.service === undefined ? all : all.filter(({ service }) => service === query.service);
  const { items, next } = pageOf(meant, ({ instance, boot }) => `${instance} ${boot}`, query);
  return { agents: items.map(viewOf), next };
};
