/**
 * Starved runs: a run that is INCONCLUSIVE for a late prober says that this machine was too busy to sample in time, and
 * is no evidence about a mesh. Such a run is repeated, and no other.
 */
import type { RunReport } from "../experiments/model/report/report.ts";
import { sleep } from "./waiting.ts";

const LATE = "late prober";
/** Reasons of a run that ends INCONCLUSIVE in its baseline for too few samples, or for samples that came late. */
const STARVED: readonly (string | null)[] = ["errored", "too-few"];
/** Exit code of INCONCLUSIVE. */
const INCONCLUSIVE = 3;
const MOST_TRIES = 3;
/** Starts are cheap: a starved run ends with its baseline. */
const MOST_STARTS = 10;

/** End of a run, or of a command with runs: the exit code, and the reasons or the whole output. */
export interface EndOfRun {
  readonly code: number | null;
  readonly text: string;
}
/** Result of `run`, which is repeated while starved, three tries in all. */
export const repeatStarved = async <T>(run: () => T | Promise<T>, endOf: (result: T) => EndOfRun): Promise<T> => {
  for (let tries = 1; ; tries++) {
    const result = await run();
    const { code, text } = endOf(result);
    if (tries === MOST_TRIES || code !== INCONCLUSIVE || !text.includes(LATE)) return result;
    process.stderr.write(`a run was starved (${LATE}): try ${tries + 1} of ${MOST_TRIES}\n`);
  }
};

/**
 * Starts a run, waits until its fault strikes, and returns the run's id. A run that was starved in its baseline, which
 * injected nothing, is started again. Rejects for a run that ends otherwise before its fault strikes.
 */
export const untilStruck = async (
  begin: () => Promise<string>,
  isStruck: (run: string) => boolean | Promise<boolean>,
  reportOf: (run: string) => Promise<Pick<RunReport, "state" | "verdict" | "because" | "reason">>,
): Promise<string> => {
  for (let tries = 1; ; tries++) {
    const run = await begin();
    for (;;) {
      if (await isStruck(run)) return run;
      const { state, verdict, because, reason } = await reportOf(run);
      if (state === "finished") {
        if (tries === MOST_STARTS || verdict !== "INCONCLUSIVE" || !STARVED.includes(because))
          throw new Error(`${run} is ${verdict} before its fault struck: ${reason}`);
        break;
      }
      await sleep(50);
    }
    process.stderr.write(`a run was starved in its baseline: start ${tries + 1} of ${MOST_STARTS}\n`);
  }
};

/** A run of the command line under way. */
export interface StartedRun {
  /** Output so far, of both streams. */
  said(): string;
  /** Resolves when the process has ended. */
  readonly closed: Promise<unknown>;
}
/** Reports of a starved baseline, as the command line words them. */
const STARVED_WORDS = /INCONCLUSIVE.*(late prober|at least \d+ are needed)/s;
/** The same for a run of the command line: resolves once `isLive`. */
export const startLive = async <R extends StartedRun>(start: () => R, isLive: (run: R) => boolean): Promise<R> => {
  for (let tries = 1; ; tries++) {
    const run = start();
    let isOver = false;
    const over = run.closed.then(() => {
      isOver = true;
    });
    while (!isLive(run) && !isOver) await Promise.race([sleep(20), over]);
    if (isLive(run)) return run;
    if (tries === MOST_STARTS || !STARVED_WORDS.test(run.said()))
      throw new Error(`the run ended before its fault was live:\n${run.said()}`);
    process.stderr.write(`a run was starved in its baseline: start ${tries + 1} of ${MOST_STARTS}\n`);
  }
};
