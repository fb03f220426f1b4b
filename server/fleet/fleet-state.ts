/**
 * Fleet state: the agents, and the runs registered on agents. The reconciler and the message handlers share this state.
 */
import type { AgentBoot, RunId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import type { Agent } from "./agent.ts";
import type { RegisteredRun } from "./registered-run.ts";

export class FleetState {
  readonly clock: Clock;
  readonly epoch: number;
  readonly log: Log;
  /** Rate-limited log for events that agents can cause at any rate. */
  readonly sparse: RateLimitedLog;
  /** True if faults may be granted at this moment: this server leads, and no operator has halted all runs. */
  readonly mayGrant: () => boolean;
  readonly agents = new Map<AgentBoot, Agent>();
  readonly runs = new Map<RunId, RegisteredRun>();
  /**
   * Version that grows with every change that may alter a desired state: an agent whose last order was computed at this
   * version is up to date.
   */
  desiredVersion = 0;

  constructor({ clock, epoch, log, mayGrant }: Pick<FleetState, "clock" | "epoch" | "log" | "mayGrant">) {
    this.clock = clock;
    this.epoch = epoch;
    this.log = log;
    this.sparse = new RateLimitedLog(log, clock);
    this.mayGrant = mayGrant;
  }
  invalidate(): void {
    this.desiredVersion++;
  }
  /** True if a registered run still expects the agent. */
  isInRun(boot: AgentBoot): boolean {
    return [...this.runs.values()].some((run) => run.has(boot));
  }
  /** Agents of a run that were ever heard or expected. */
  agentsOf({ assignments }: RegisteredRun): Agent[] {
    return [...assignments.keys()].map((boot) => this.agents.get(boot)).filter((agent) => agent !== undefined);
  }
}
