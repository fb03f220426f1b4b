/** Configuration shared by the runs of a term. */

import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { ServiceName } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { Policy } from "../../experiments/model/policy/policy.ts";
import type { Clock } from "../clock.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Log } from "../log.ts";
import type { OpenProbe } from "../probes/probe.ts";
import type { CommandConfig } from "../security/commands.ts";
import type { Principal } from "../security/roles.ts";
import type { Store } from "../store/open.ts";
import type { Caps } from "./caps.ts";
import type { PendingHalt } from "./halt/pending-halt.ts";
import type { Preflight } from "./preflight.ts";

export interface RunsConfig {
  readonly clock: Clock;
  readonly store: Store;
  /** Epoch of this leadership: every write carries the epoch, and is refused once another server leads. */
  readonly epoch: number;
  readonly fleet: Fleet;
  /** Mesh in force at this moment; null: none. */
  readonly mesh: () => Mesh | null;
  /**
   * Reason why the database did not answer before this term, which orphaned the term's runs; absent or null: no outage.
   */
  readonly outage?: string | null;
  /**
   * A halt that the process still has to write, from an earlier term; absent: no earlier term left a halt unwritten.
   */
  readonly pendingHalt?: PendingHalt;
  readonly allowExec: boolean;
  /** Same as in the server's config. */
  readonly startedServices?: readonly ServiceName[];
  readonly openProbe: OpenProbe;
  readonly log: Log;
  /** Commands that a `process` probe may name. */
  readonly commands?: Readonly<Record<string, CommandConfig>>;
  readonly caps?: Caps;
  /** Policies in force; absent: all runs are allowed. */
  readonly policies?: () => Promise<readonly Policy[]>;
  /** Asks other systems for permission to start a plan. `plan`: as recorded, free of secrets. */
  readonly preflight?: (plan: Plan, by: Principal) => Promise<Preflight>;
  /** True: runs queued at the end of this term are left for the next term; otherwise such runs are halted. */
  readonly keepsQueue?: boolean;
  /** Called when a write was refused because another server leads: the run of that write has given up already. */
  readonly onFenced?: () => void;
}
