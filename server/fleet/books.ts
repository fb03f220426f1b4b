import type { Boot, RunId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { Agent } from "./agent.ts";
import type { Enlisted } from "./enlisted.ts";

/** Who there is: the one state of the fleet, shared by what sends and what hears. */
export interface Books {
  readonly clock: Clock;
  readonly epoch: number;
  readonly agents: ReadonlyMap<Boot, Agent>;
  readonly runs: ReadonlyMap<RunId, Enlisted>;
  readonly log: (line: string) => void;
}
