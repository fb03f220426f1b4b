/**
 * The Schedule file in model form: the times at which an experiment is started repeatedly, and the reactions to the
 * verdicts.
 */
import type { HowMany, Labels } from "../mesh/selector.ts";
import type { DocumentName, ServiceName } from "../names.ts";
import type { RunMode } from "../plan/plan.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Freeze, Window } from "./window.ts";

/** Reaction to a verdict. `pause`: no more starts of this schedule until an operator resumes the schedule. */
export type Reaction =
  | { readonly do: "continue" | "pause" | "halt-all" }
  /** Starts again `waitMs` after the end, at most `times` times for an instant. */
  | { readonly do: "retry"; readonly times: number; readonly waitMs: number };

/** Narrows the struck instances of a service, in addition to the experiment's own selector. */
export interface InstanceSelection {
  readonly labels?: Labels;
  readonly instances?: HowMany;
}

export interface Schedule {
  readonly name: DocumentName;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly description: string;
  /** Qualified name of a stored experiment. */
  readonly experiment: DocumentName;
  /** Version of the stored experiment; null: the newest at each start. */
  readonly version: number | null;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name; cron, windows and freezes are in the local time of this zone. */
  readonly timeZone: string;
  /** Each start is later by so much at most, drawn from name and instant; never as late as the next instant. */
  readonly jitterMs: number;
  /** While the run before is not over: `forbid` skips the instant, `queue` lets the new run wait. */
  readonly concurrency: "forbid" | "queue";
  /** Greatest delay at which a missed start (no server, no leader) is still made up for. */
  readonly startWithinMs: number;
  /** Starts happen only inside a window; empty: at any time. */
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
  readonly select: Readonly<Record<ServiceName, InstanceSelection>>;
  /** True: instances that appear in mid-run stay outside. */
  readonly static: boolean;
  readonly strict: boolean;
  /** `experiment`: the seed of the experiment. `fresh`: a new seed for each start. */
  readonly seed: "experiment" | "fresh" | number;
  readonly mode: RunMode;
  /** Higher is taken up first. */
  readonly priority: number;
  /** Number of last instants that are kept. */
  readonly history: number;
  /** Pause as written in the file: no run is started until the line is removed. */
  readonly paused: boolean;
  readonly after: Readonly<Partial<Record<Verdict, Reaction>>>;
}
