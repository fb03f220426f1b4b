/**
 * Agent states: present, missing or left. An agent is an instance: processes come and go. An instance that said
 * goodbye, or was followed by another process, is not missing. An instance whose connection was cut, or whose process
 * was killed or stopped, is missing until the instance returns, the credential ends, or an operator retires the
 * instance. Pure: `fleet.ts` calls these functions; metrics and lists show the results.
 */
import { LEASE_MS } from "../../agent/contract/index.ts";
import type { Agent } from "./agent.ts";

/**
 * `ready`: the agent can be given faults. `connecting`: the agent is heard, but cannot be given faults yet. `left`: the
 * agent is not counted as missing.
 */
export type AgentState = "ready" | "connecting" | "gone" | "left";

/**
 * Grace period of a new leader, which knows the agents from the database. Agents redial within seconds, and notice
 * after 15 s at the latest that the previous server is dead.
 */
export const GRACE_MS = 3 * LEASE_MS;

/** `beganMs`: server clock, when the term began. */
export interface StateTime {
  readonly nowMs: number;
  readonly beganMs: number;
}

const processState = (agent: Agent, { nowMs, beganMs }: StateTime): AgentState => {
  if (agent.isReady(nowMs) && !agent.isForeign) return "ready";
  if (agent.link !== null) return nowMs - agent.heardMs <= LEASE_MS ? "connecting" : "gone";
  if (agent.left) return "left";
  return agent.neverHeard && nowMs - beganMs <= GRACE_MS ? "connecting" : "gone";
};
const PREFERRED: readonly AgentState[] = ["ready", "connecting"];

/**
 * Process that represents an instance: the best of the connected processes, else the process heard last. `processes`
 * must not be empty.
 */
export const primaryProcess = (processes: readonly Agent[], moment: StateTime): Agent => {
  for (const state of PREFERRED) {
    const found = processes.find((each) => processState(each, moment) === state);
    if (found !== undefined) return found;
  }
  return processes.reduce((last, each) => (each.heardMs >= last.heardMs ? each : last));
};
/** `isGood`: true if the credential that a process presented can still be used. */
export const instanceState = (
  processes: readonly Agent[],
  moment: StateTime,
  isGood: (agent: Agent) => boolean,
): { readonly agent: Agent; readonly state: AgentState } => {
  const agent = primaryProcess(processes, moment);
  const state = processState(agent, moment);
  return { agent, state: state === "gone" && !isGood(agent) ? "left" : state };
};
