/**
 * Which agents are there, and which are missing. An agent is an instance: its processes come and go. One that said goodbye,
 * or was followed by another process, is not missing; one that was cut, killed or stopped is, until it comes back, its
 * credential ends, or somebody retires it. Pure: `fleet.ts` asks, metrics and lists tell.
 */
import { LEASE_MS } from "../../agent/contract/index.ts";
import type { Agent } from "./agent.ts";

/** `ready`: it can be given faults. `connecting`: it is heard, and cannot be given any yet. `left`: nobody misses it. */
export type AgentState = "ready" | "connecting" | "gone" | "left";

/**
 * A server that begins to lead knows from its database whom it should meet; agents redial within seconds, and notice after
 * 15 s at the latest that the server before it is dead.
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

/** The process that stands for its instance: the best of those that are there, else the one heard last. Not of none. */
export const primaryProcess = (processes: readonly Agent[], moment: StateTime): Agent => {
  for (const state of PREFERRED) {
    const found = processes.find((each) => processState(each, moment) === state);
    if (found !== undefined) return found;
  }
  return processes.reduce((last, each) => (each.heardMs >= last.heardMs ? each : last));
};
/** `isGood`: whether the credential that a process came with can still be used. */
export const instanceState = (
  processes: readonly Agent[],
  moment: StateTime,
  isGood: (agent: Agent) => boolean,
): { readonly agent: Agent; readonly state: AgentState } => {
  const agent = primaryProcess(processes, moment);
  const state = processState(agent, moment);
  return { agent, state: state === "gone" && !isGood(agent) ? "left" : state };
};
