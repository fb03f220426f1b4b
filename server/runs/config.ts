/** What the runs of a term stand on. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import type { Policy } from "../../experiments/model/policy/policy.ts";
import type { Clock } from "../clock.ts";
import type { CommandConfig } from "../config/config.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Log } from "../log.ts";
import type { OpenProbe } from "../probes/probe.ts";
import type { Principal } from "../security/roles.ts";
import type { Store } from "../store/open.ts";
import type { Preflight } from "../webhooks/preflight.ts";
import type { UnstampedEvent } from "./active/unstamped-event.ts";
import type { PendingHalt } from "./halt/pending-halt.ts";

/** Over all runs that are live at once; absent: no cap. */
export interface Caps {
  /** Most edges with faults. */
  readonly edges?: number;
  /** Greatest share of the requests of one edge, 0 to 1. */
  readonly share?: number;
  /** Most runs that wait for their turn; absent: MOST_QUEUED. */
  readonly queued?: number;
}
export interface RunsConfig {
  readonly clock: Clock;
  readonly store: Store;
  /** Of this leadership: what is written carries it, and is refused once another server leads. */
  readonly epoch: number;
  readonly fleet: Fleet;
  /** The mesh in force at this moment; null: none. */
  readonly mesh: () => Mesh | null;
  /** Why the database did not answer before this term, so that its runs were left behind; absent or null: it did. */
  readonly outage?: string | null;
  /** A halt that the process owes over its terms; absent: no earlier term owes any. */
  readonly pendingHalt?: PendingHalt;
  readonly allowExec: boolean;
  readonly openProbe: OpenProbe;
  readonly log: Log;
  /** What a `process` probe may name. */
  readonly commands?: Readonly<Record<string, CommandConfig>>;
  readonly caps?: Caps;
  /** Those in force; absent: everything is allowed. */
  readonly policies?: () => Promise<readonly Policy[]>;
  /** Asks other systems whether a plan may start. `plan`: as it is recorded, free of secrets. */
  readonly preflight?: (plan: Plan, by: Principal) => Promise<Preflight>;
  /** Runs that wait when this term ends are left for the next one; else they are halted. */
  readonly keepsQueue?: boolean;
  /** A write was refused because another server leads: the run it was for has given up already. */
  readonly onFenced?: () => void;
}
export type HaltRequest = Omit<Extract<UnstampedEvent, { type: "halted" }>, "type">;
