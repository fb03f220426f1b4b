/** State of an agent as seen by the server, and the consequence for the faults that the agent may hold. Pure. */
import {
  asRunId,
  type EdgeId,
  edgeOfFault,
  type FaultId,
  type FaultName,
  type RunId,
} from "../../experiments/model/names.ts";
import type { AgentView } from "../../server/contract/index.ts";
import { LEASE_MS } from "../api/connection.ts";

export type State = "ready" | "silent" | "new" | "foreign" | "lost" | "unheard";
export interface AgentStatus {
  readonly state: State;
  readonly word: string;
  readonly tone: "good" | "warn" | "bad";
  /** Meaning of the state and the next step for the operator; empty: no action needed. */
  readonly advice: string;
}
const STANDINGS: Readonly<Record<State, Omit<AgentStatus, "state">>> = {
  ready: { word: "ready", tone: "good", advice: "" },
  silent: {
    ...{ word: "silent", tone: "warn" },
    advice:
      "It is connected and pulses no more: its lease is over, so it has dropped its faults. Is its host overloaded?",
  },
  new: { word: "connected", tone: "warn", advice: "It has not pulsed yet; it gets faults once it has." },
  foreign: {
    ...{ word: "other contract", tone: "warn" },
    advice:
      "Its version speaks another contract: it carries traffic and gets no faults. Install this server's version.",
  },
  lost: {
    ...{ word: "lost", tone: "bad" },
    advice:
      "Its connection is gone; within 5 s it dropped every fault by itself. If its process runs, look whether it reaches this server: it dials in again by itself. It is forgotten after an hour.",
  },
  unheard: {
    ...{ word: "never heard", tone: "bad" },
    advice: "Only the journal of an earlier run knows it. Start it again, so that it can prove that it holds no fault.",
  },
};
type Heard = Pick<AgentView, "connected" | "ready" | "version" | "lastPulseAgoMs">;
const stateOf = ({ connected, ready, version, lastPulseAgoMs }: Heard): State => {
  if (ready) return "ready";
  // Without a hello there is no version either.
  if (!connected) return version === "" ? "unheard" : "lost";
  if (lastPulseAgoMs === null) return "new";
  return lastPulseAgoMs > LEASE_MS ? "silent" : "foreign";
};
export const agentStatusOf = (agent: Heard): AgentStatus => {
  const state = stateOf(agent);
  return { state, ...STANDINGS[state] };
};

export interface Lease {
  readonly word: string;
  readonly fresh: boolean;
}
/** Lease left to the agent, counted from the last pulse, for any granted duration. */
export const leaseOf = ({ lastPulseAgoMs }: Pick<AgentView, "lastPulseAgoMs">): Lease => {
  if (lastPulseAgoMs === null) return { word: "none", fresh: false };
  const leftMs = LEASE_MS - lastPulseAgoMs;
  return leftMs > 0 ? { word: `${(leftMs / 1_000).toFixed(1)} s left`, fresh: true } : { word: "over", fresh: false };
};

export interface HeldFault {
  readonly id: FaultId;
  /** null, as the edge: the id has another form. */
  readonly run: RunId | null;
  readonly fault: FaultName;
  readonly edge: EdgeId | null;
}
/** Parts of the fault id `${run}/${fault}@${edge}`: none of the three contains the separator that follows. */
export const heldFaultOf = (id: FaultId): HeldFault => {
  const [slash, at] = [id.indexOf("/"), id.lastIndexOf("@")];
  if (slash < 0 || at < slash) return { id, run: null, fault: id, edge: null };
  return { id, run: asRunId(id.slice(0, slash)), fault: id.slice(slash + 1, at), edge: edgeOfFault(id) };
};
