/** Options of a start besides the experiment. Pure. */
import type { RunMode } from "../../../experiments/model/plan/plan.ts";

export const MODES: readonly { readonly mode: RunMode; readonly word: string }[] = [
  { mode: "full", word: "Full: baseline, faults, recovery" },
  { mode: "baseline", word: "Baseline only: nothing is injected" },
  { mode: "shadow", word: "Shadow: matches live traffic, hits nothing" },
];
export interface StartOptions {
  /** Seed as typed; empty: the seed of the file, or a drawn seed. */
  readonly seed: string;
  readonly mode: RunMode;
  /** Labels as typed: `key=value`, separated by commas. */
  readonly labels: string;
}
export const PLAIN: StartOptions = { seed: "", mode: "full", labels: "" };

type Asked = {
  readonly seed: number | null;
  readonly mode: RunMode;
  readonly labels: Readonly<Record<string, string>>;
};
const GREATEST_SEED = 2 ** 31 - 1;

/** Options in the form of the API, or the issue in the typed values. */
export const startRequestOf = ({ seed, mode, labels }: StartOptions): Asked | { readonly problem: string } => {
  const number = seed.trim() === "" ? null : Number(seed);
  if (number !== null && !(Number.isInteger(number) && number >= 0 && number <= GREATEST_SEED))
    return { problem: `The seed is a whole number from 0 to ${GREATEST_SEED}.` };
  const pairs = labels
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  const wrong = pairs.find((pair) => pair.indexOf("=") < 1);
  if (wrong !== undefined) return { problem: `The label ${wrong} is not key=value.` };
  const read = pairs.map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()]);
  return { seed: number, mode, labels: Object.fromEntries(read) as Record<string, string> };
};
