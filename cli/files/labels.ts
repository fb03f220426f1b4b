/** `-l` of the command line: label selectors, or a usage error. */

import type { Labels } from "../../experiments/model/mesh/selector.ts";
import {
  EXPECTED_SELECTOR,
  type LabelSelector,
  readLabelSelector,
  readRunSelector,
  selects,
} from "../../experiments/model/notation/label-selector.ts";
import { usage } from "../exit.ts";

const orUsage = (read: ReturnType<typeof readLabelSelector>): LabelSelector => {
  if ("wrong" in read) throw usage(`-l ${read.wrong}: ${EXPECTED_SELECTOR}`);
  return read;
};
/** Selectors that were given several times: all must hold. */
export const labelFilter = (selectors: readonly string[]): ((labels: Labels) => boolean) => {
  const selector = selectors.flatMap((given) => orUsage(readLabelSelector(given)));
  return (labels) => selects(selector, labels);
};
/** Label filter for runs, by the server's rules. */
export const runLabelFilter = (given: string): ((labels: Labels) => boolean) => {
  const selector = orUsage(readRunSelector(given));
  return (labels) => selects(selector, labels);
};
