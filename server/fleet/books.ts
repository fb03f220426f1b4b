/** Who there is: the one state of the fleet, shared by what sends and what hears. */
import type { Boot, RunId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { SparseLog } from "../sparse-log.ts";
import type { Agent } from "./agent.ts";
import type { Enlisted } from "./enlisted.ts";

export class Books {
  readonly clock: Clock;
  readonly epoch: number;
  readonly log: Log;
  /** For what agents cause as often as they like. */
  readonly sparse: SparseLog;
  /** Whether faults may be granted at all at this moment: this server leads, and nobody has halted everything. */
  readonly mayGrant: () => boolean;
  readonly agents = new Map<Boot, Agent>();
  readonly runs = new Map<RunId, Enlisted>();
  /** Grows with whatever may change what is wished of anybody: an agent that was told this edition needs no other. */
  edition = 0;

  constructor({ clock, epoch, log, mayGrant }: Pick<Books, "clock" | "epoch" | "log" | "mayGrant">) {
    this.clock = clock;
    this.epoch = epoch;
    this.log = log;
    this.sparse = new SparseLog(log, clock);
    this.mayGrant = mayGrant;
  }
  changed(): void {
    this.edition++;
  }
  /** Whether a run still asks for it. */
  isWanted(boot: Boot): boolean {
    return [...this.runs.values()].some((run) => run.has(boot));
  }
  /** The agents of a run that were ever heard or told of. */
  agentsOf({ parts }: Enlisted): Agent[] {
    return [...parts.keys()].map((boot) => this.agents.get(boot)).filter((agent) => agent !== undefined);
  }
}
