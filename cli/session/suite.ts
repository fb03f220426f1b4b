/**
 * Runs many experiments in sequence: those of the same mesh share a start. Experiments left out are in the outcome too,
 * and never green.
 */

import { fileLinesOf } from "../../experiments/model/document/file-lines.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { RunId } from "../../experiments/model/names.ts";
import type { RunMode } from "../../experiments/model/plan/plan.ts";
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { StartRun } from "../../server/contract/index.ts";
import { MeshError } from "../../server/keeper/start.ts";
import { DriverMismatch } from "../../server/store/driver-mismatch.ts";
import type { Clock } from "../clock.ts";
import { CommandError, USAGE } from "../exit.ts";
import type { LoadedExperiment, LoadedMesh } from "../files/load.ts";
import { warningsOf } from "../live/lines.ts";
import type { Progress } from "../live/progress.ts";
import type { Finished } from "../report/files.ts";
import { notRun } from "../report/not-run.ts";
import { ApiError, detailsOf } from "./client.ts";
import { fullMessage, isFull } from "./disk-full.ts";
import { InterruptedError, type Interruption } from "./interruption.ts";
import type { Session } from "./open.ts";
import { perform } from "./run.ts";

/** An experiment to be started: from a file, or held by the server. */
export interface Startable {
  /** null: the server holds the experiment. */
  readonly file: string | null;
  readonly document: Pick<LoadedExperiment["document"], "value" | "locate">;
  readonly experiment: Pick<LoadedExperiment["experiment"], "name" | "description" | "seed">;
  readonly mesh: LoadedMesh;
  readonly secrets: readonly string[];
  /** Absent: the document goes along. */
  readonly stored?: { readonly name: string; readonly version?: number };
}
export interface Outcome extends Finished {
  readonly loaded: Startable;
  /** Left out after another run failed: reported in every report, and no part of the exit code. */
  readonly isLeftOut?: true;
}
/** Start parameters beside the experiment. */
export interface Start {
  readonly seed: number | null;
  readonly mode: RunMode;
  readonly select: NonNullable<StartRun["select"]>;
  readonly static: boolean;
  readonly strict: boolean;
  readonly priority: number;
  /** Idempotency key of the n-th start of this command, from 1. */
  keyOf(nth: number): string;
}
export interface SuiteOptions {
  readonly start: Start;
  readonly repeat: number;
  readonly failFast: boolean;
  readonly clock: Clock;
  readonly interruption: Interruption;
  open(mesh: LoadedMesh): Promise<Pick<Session, "client" | "close">>;
  progress(which: string | null, mesh: Mesh): Progress;
  onEvent(run: RunId, record: Finished["journal"][number]): void;
  onOutcome(outcome: Outcome): Promise<void>;
}
interface Job {
  readonly loaded: Startable;
  /** From 1, over all. */
  readonly nth: number;
  readonly which: string | null;
}
const linesOf = ({ document }: Startable): StartRun["lines"] => {
  const { name, expectations } = fileLinesOf(document);
  return { name, expectations: [...expectations] };
};
export const bodyOf = (
  one: Startable,
  { seed, mode, select, static: isStatic, strict, priority }: Start,
): StartRun => ({
  ...(one.stored === undefined ? { experiment: one.document.value } : { stored: one.stored }),
  ...{ file: one.file, seed: seed ?? one.experiment.seed, mode },
  ...(one.file === null ? {} : { lines: linesOf(one) }),
  ...{ redact: one.secrets.filter((secret) => secret !== ""), select, static: isStatic, strict, priority },
});

/** Experiments in the order of the files; meshes in the order of first mention. */
const jobsByMesh = (loaded: readonly Startable[], repeat: number): ReadonlyMap<string, readonly Job[]> => {
  const groups = new Map<string, Startable[]>();
  for (const one of loaded) groups.set(one.mesh.digest, [...(groups.get(one.mesh.digest) ?? []), one]);
  const total = loaded.length * repeat;
  let count = 0;
  const jobOf = (loaded: Startable): Job => {
    const nth = ++count;
    return { loaded, nth, which: total === 1 ? null : `${nth} of ${total}` };
  };
  const jobsOf = (one: Startable): Job[] => Array.from({ length: repeat }, () => jobOf(one));
  return new Map([...groups].map(([digest, members]) => [digest, members.flatMap(jobsOf)]));
};

/** Why a run was not even begun. */
interface Refusal {
  readonly verdict: Exclude<Verdict, "HELD">;
  readonly because: ReasonCode;
  readonly reason: string;
}
/**
 * Statuses for a run that was claimed by another run, or a server that is busy, full or rate-limited: the file is
 * right.
 */
const REFUSED: ReadonlySet<number> = new Set([409, 429, 503, 507]);
/** Verdict of a failed start; any other error is a bug of ours and is thrown on. */
const refusalOf = (error: unknown): Refusal => {
  if (error instanceof InterruptedError)
    return { verdict: "HALTED", because: "interrupted", reason: `${error.message} before it started` };
  if (error instanceof DriverMismatch) return { verdict: "INVALID", because: "mesh", reason: error.message };
  // A home that cannot be written: a file that could not be run is in every report, and never green.
  if (error instanceof CommandError && error.exitCode === USAGE && !(error instanceof ApiError))
    return { verdict: "INVALID", because: "mesh", reason: error.message };
  if (isFull(error)) return { verdict: "INVALID", because: "mesh", reason: fullMessage(error) };
  if (error instanceof MeshError) return { verdict: "INVALID", because: error.because, reason: error.message };
  if (error instanceof ApiError) {
    const { status, error: told } = error;
    const reason = [told.message, ...detailsOf(told)].join("; ");
    if (error.exitCode === EXIT.HALTED || REFUSED.has(status)) return { verdict: "HALTED", because: "refused", reason };
    if (status === 400 || status === 422) return { verdict: "INVALID", because: "file", reason };
  }
  throw error;
};

/**
 * A halt of everything closes the gate of the server that a run was on. If that server ends with the runs, the next
 * mesh has another server, whose gate is open.
 */
const gateOf = async ({ client }: Pick<Session, "client">): Promise<Refusal | null> => {
  const { halted } = await client.call("GET /api/v1/gate", {});
  return halted && { verdict: "HALTED", because: "refused", reason: `everything was halted: ${halted.reason}` };
};

export interface SuiteEnd {
  readonly outcomes: readonly Outcome[];
  /** Error that kept the rest from being run: a bug of ours, or a server that is gone. The outcomes before stand. */
  readonly fatal: unknown;
  /** Resolves when servers and meshes are gone. Reports need not wait for this. */
  readonly closed: Promise<void>;
}

export const runSuite = async (loaded: readonly Startable[], options: SuiteOptions): Promise<SuiteEnd> => {
  const outcomes: Outcome[] = [];
  const keep = async (outcome: Outcome) => {
    outcomes.push(outcome);
    await options.onOutcome(outcome);
  };
  const refuse = (one: Startable, refusal: Refusal) =>
    keep({ report: refused(one, refusal, options), journal: [], loaded: one });
  let gate: Refusal | null = null;
  /** First run that was not HELD, for --fail-fast. */
  const failed = (): Outcome | undefined =>
    options.failFast ? outcomes.find(({ report: { verdict } }) => verdict !== null && verdict !== "HELD") : undefined;
  const leaveOut = (one: Startable, { report }: Outcome) => {
    const reason = `not run: --fail-fast, and ${report.experiment} was ${report.verdict}`;
    const refusal: Refusal = { verdict: "HALTED", because: "refused", reason };
    return keep({ report: refused(one, refusal, options), journal: [], loaded: one, isLeftOut: true });
  };
  let closed: Promise<void> = Promise.resolve();
  const close = (session: Promise<Pick<Session, "close">>) => {
    closed = session.then((open) => open.close());
    // The promise is awaited later; until then a rejection must not count as unhandled.
    closed.catch(() => {});
  };

  try {
    for (const jobs of jobsByMesh(loaded, options.repeat).values()) {
      await closed;
      const before = failed();
      if (before !== undefined) {
        for (const { loaded: one } of jobs) await leaveOut(one, before);
        continue;
      }
      if (gate !== null) {
        for (const { loaded: one } of jobs) await refuse(one, gate);
        continue;
      }
      const opening = options.open(jobs[0]!.loaded.mesh);
      const opened = await options.interruption.race(opening).catch(refusalOf);
      if ("verdict" in opened) {
        if (opened.because === "interrupted") close(opening);
        for (const { loaded: one } of jobs) await refuse(one, opened);
        continue;
      }
      try {
        for (const job of jobs) {
          const broken = failed();
          if (broken !== undefined) {
            await leaveOut(job.loaded, broken);
            continue;
          }
          const done = await performJob(opened, job, options).catch(refusalOf);
          if ("report" in done) await keep({ ...done, loaded: job.loaded });
          else await refuse(job.loaded, done);
        }
        if (outcomes.findLast(({ isLeftOut }) => isLeftOut !== true)?.report.verdict === "HALTED")
          gate = await gateOf(opened);
      } finally {
        close(opening);
      }
    }
    return { outcomes, fatal: null, closed };
  } catch (fatal) {
    return { outcomes, fatal, closed };
  }
};

const refused = (one: Startable, { verdict, because, reason }: Refusal, { start, clock }: SuiteOptions) => {
  const { file, experiment } = one;
  const { mode, seed } = start;
  const intended = { experiment: experiment.name, description: experiment.description, file, mode, seed };
  return notRun(intended, verdict, because, reason, new Date(clock.wallMs()).toISOString());
};

const performJob = async (
  { client }: Pick<Session, "client">,
  { loaded: one, nth, which }: Job,
  options: SuiteOptions,
): Promise<Finished> => {
  const { interruption, start } = options;
  if (interruption.signal !== null) throw new InterruptedError(interruption.signal);
  const progress = options.progress(which, one.mesh.mesh);
  const starting = { body: { ...bodyOf(one, start), attached: true }, key: start.keyOf(nth) };
  try {
    const { report, journal } = await perform(client, starting, {
      interruption,
      say: (line) => progress.note(line),
      onRecord(record, run) {
        progress.record(record);
        options.onEvent(run, record);
      },
    });
    const warnings = journal.flatMap((record) => warningsOf(record, one.mesh.mesh));
    return { report: warnings.length === 0 ? report : { ...report, warnings }, journal };
  } finally {
    progress.end();
  }
};
