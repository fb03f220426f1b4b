/** The Schedule file in its model form: when an experiment is started again and again, and what follows from its verdicts. */
import type { HowMany, Labels } from "../experiment.ts";
import type { ServiceName } from "../names.ts";
import type { RunMode } from "../plan.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { Freeze, Window } from "./window.ts";

/** What follows from a verdict. `pause`: no more starts of this schedule until somebody resumes it. */
export type Reaction =
  | { readonly do: "continue" | "pause" | "halt-all" }
  /** Starts again `waitMs` after the end, so many times at most for one instant. */
  | { readonly do: "retry"; readonly times: number; readonly waitMs: number };

/** Narrows which instances of a service are struck, whatever the experiment says of it. */
export interface InstanceSelection {
  readonly labels?: Labels;
  readonly instances?: HowMany;
}

export interface Schedule {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly description: string;
  /** Name of a stored experiment. */
  readonly experiment: string;
  /** Of the stored experiment; null: the newest at each start. */
  readonly version: number | null;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name; cron, windows and freezes are in its local time. */
  readonly timeZone: string;
  /** Each start is later by so much at most, drawn from name and instant; never as late as the next instant. */
  readonly jitterMs: number;
  /** While the run before is not over: `forbid` skips the instant, `queue` lets the new run wait. */
  readonly concurrency: "forbid" | "queue";
  /** A start that was missed (no server, no leader) is made up for when it is late by no more than this. */
  readonly startWithinMs: number;
  /** A start is made only inside one of them; none: at any time. */
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
  readonly select: Readonly<Record<ServiceName, InstanceSelection>>;
  /** True: instances that appear in mid-run stay outside. */
  readonly static: boolean;
  readonly strict: boolean;
  /** `experiment`: what the experiment says. `fresh`: a new one for each start. */
  readonly seed: "experiment" | "fresh" | number;
  readonly mode: RunMode;
  /** Higher is taken up first. */
  readonly priority: number;
  /** How many of its last instants are remembered. */
  readonly history: number;
  /** Written in the file: nothing is started until it is taken out. */
  readonly paused: boolean;
  readonly after: Readonly<Partial<Record<Verdict, Reaction>>>;
}
