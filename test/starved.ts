/**
 * Starved runs: a run that is INCONCLUSIVE for a late prober says that this machine was too busy to sample in time, and
 * is no evidence about a mesh. Such a run is repeated, and no other.
 */
const LATE = "late prober";
/** Exit code of INCONCLUSIVE. */
const INCONCLUSIVE = 3;
const MOST_TRIES = 3;

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
