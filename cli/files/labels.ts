/** Label selectors, in Kubernetes' grammar (Labels and Selectors, "API"): equality, sets, and existence. */
import type { Labels } from "../../experiments/model/experiment.ts";
import { usage } from "../exit.ts";

export type LabelFilter = (labels: Labels) => boolean;

const KEY = "[A-Za-z0-9](?:[\\w./-]*[A-Za-z0-9])?";
const VALUE = "[\\w.-]*";
const EQUAL = new RegExp(`^(${KEY})\\s*(!=|==?)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const ONE = new RegExp(`^${VALUE}$`);
const EXPECTED =
  "expected key=value, key!=value, key in (a,b), key notin (a,b), key or !key, such as -l service=checkout";

const labelOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

/** An absent label is different from any value, so that `!=` and `notin` keep what has none. */
const requirementOf = (term: string): LabelFilter => {
  const [, equalKey, operator, wanted] = EQUAL.exec(term) ?? [];
  if (equalKey !== undefined) return (labels) => (labelOf(labels, equalKey) === wanted) === (operator !== "!=");
  const [, setKey, word, list] = SET.exec(term) ?? [];
  const values = list?.split(",").map((value) => value.trim());
  if (setKey !== undefined && values?.every((value) => ONE.test(value)))
    return (labels) => {
      const value = labelOf(labels, setKey);
      return (value !== undefined && values.includes(value)) === (word === "in");
    };
  const [, not, key] = EXISTS.exec(term) ?? [];
  if (key !== undefined) return (labels) => (labelOf(labels, key) !== undefined) === (not === "");
  throw usage(`-l ${term}: ${EXPECTED}`);
};
/** Commas between parentheses belong to a set. */
const termsIn = (selector: string): readonly string[] => selector.split(/,(?![^()]*\))/).map((term) => term.trim());

/** Requirements joined by commas or given several times: all must hold. */
export const labelFilter = (selectors: readonly string[]): LabelFilter => {
  const requirements = selectors.flatMap(termsIn).map(requirementOf);
  return (labels) => requirements.every((holds) => holds(labels));
};
