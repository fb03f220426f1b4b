/** Fleet state: the agents, and the runs that are registered on them. The reconciler and the message handlers share it. */
import type { Boot, RunId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import type { Agent } from "./agent.ts";
import type { RegisteredRun } from "./registered-run.ts";

export class FleetState {
  readonly clock: Clock;
  readonly epoch: number;
  readonly log: Log;
  /** For what agents cause as often as they like. */
  readonly sparse: RateLimitedLog;
  /** Whether faults may be granted at all at this moment: this server leads, and nobody has halted everything. */
  readonly mayGrant: () => boolean;
  readonly agents = new Map<Boot, Agent>();
  readonly runs = new Map<RunId, RegisteredRun>();
  /** Grows with every change that may alter a desired state: an agent whose last order was computed at this version is up to date. */
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
  /** Whether a run still asks for it. */
  isInRun(boot: Boot): boolean {
    return [...this.runs.values()].some((run) => run.has(boot));
  }
  /** The agents of a run that were ever heard or told of. */
  agentsOf({ assignments }: RegisteredRun): Agent[] {
    return [...assignments.keys()].map((boot) => this.agents.get(boot)).filter((agent) => agent !== undefined);
  }
}
