/** The Schedule file in its model form: when an experiment is started again and again, and what follows from its verdicts. */
import type { Document } from "./document.ts";
import type { HowMany, Labels } from "./experiment.ts";
import { ofAnnotations } from "./form/annotations.ts";
import { type Checked, check } from "./form/issues.ts";
import { withinLimits } from "./form/limits.ts";
import { scheduleFile, toSchedule } from "./form/schedule.ts";
import { senseOfSchedule } from "./form/schedule-sense.ts";
import type { ServiceName } from "./names.ts";
import type { Mode } from "./plan.ts";
import { byPlace, type Issue, type Problem } from "./problem.ts";
import type { Verdict } from "./verdict.ts";
import type { Freeze, Window } from "./window.ts";

/** What follows from a verdict. `pause`: no more starts of this schedule until somebody resumes it. */
export type Reaction =
  | { readonly do: "continue" | "pause" | "halt-all" }
  /** Starts again `waitMs` after the end, so many times at most for one instant. */
  | { readonly do: "retry"; readonly times: number; readonly waitMs: number };

/** Narrows which instances of a service are struck, whatever the experiment says of it. */
export interface Selected {
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
  readonly select: Readonly<Record<ServiceName, Selected>>;
  /** True: instances that appear in mid-run stay outside. */
  readonly static: boolean;
  readonly strict: boolean;
  /** `experiment`: what the experiment says. `fresh`: a new one for each start. */
  readonly seed: "experiment" | "fresh" | number;
  readonly mode: Mode;
  /** Higher is taken up first. */
  readonly priority: number;
  /** How many of its last instants are remembered. */
  readonly history: number;
  /** Written in the file: nothing is started until it is taken out. */
  readonly paused: boolean;
  readonly after: Readonly<Partial<Record<Verdict, Reaction>>>;
}

const read = (value: unknown): Checked<Schedule> => {
  const limits = withinLimits(value);
  if (limits.length > 0) return { issues: limits };
  const checked = check(scheduleFile, value);
  const sense = [...senseOfSchedule(value), ...ofAnnotations(value)];
  if ("data" in checked && sense.length === 0) return { data: toSchedule(checked.data) };
  return { issues: [...("issues" in checked ? checked.issues : []), ...sense] };
};

/** A document read into the model, or everything that is wrong with it. */
export const readSchedule = (
  document: Document,
): { readonly schedule: Schedule } | { readonly problems: readonly Problem[] } => {
  const result = read(document.value);
  return "data" in result
    ? { schedule: result.data }
    : { problems: result.issues.map((issue) => document.locate(issue)).sort(byPlace) };
};
/** The same for data without a file. */
export const parseSchedule = (
  value: unknown,
): { readonly schedule: Schedule } | { readonly problems: readonly Issue[] } => {
  const result = read(value);
  return "data" in result ? { schedule: result.data } : { problems: result.issues };
};

/** The file form, for JSON Schema and docs. */
export { scheduleFile };
