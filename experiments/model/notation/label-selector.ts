/** Label selectors, in Kubernetes' grammar (Labels and Selectors, "API"): equality, sets, and existence. */

/**
 * `values: null`: any value. An absent label differs from every value, so that `!=` and `notin` keep candidates without
 * the label.
 */
export interface LabelRequirement {
  readonly key: string;
  readonly values: readonly string[] | null;
  /** True: the label must be among the values; false: the label must not. */
  readonly isIn: boolean;
}
/** Requirements that must all hold. */
export type LabelSelector = readonly LabelRequirement[];
type Labels = Readonly<Record<string, string>>;

const KEY = "[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?";
const VALUE = "[A-Za-z0-9_.-]*";
const EQUAL = new RegExp(`^(${KEY})\\s*(!=|==?)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const ONE = new RegExp(`^${VALUE}$`);
export const EXPECTED_SELECTOR =
  "expected key=value, key!=value, key in (a,b), key notin (a,b), key or !key, such as service=checkout";

/** null: `term` is no requirement. */
const requirementOf = (term: string): LabelRequirement | null => {
  const [, equalKey, operator, wanted = ""] = EQUAL.exec(term) ?? [];
  if (equalKey !== undefined) return { key: equalKey, values: [wanted], isIn: operator !== "!=" };
  const [, setKey, word, list = ""] = SET.exec(term) ?? [];
  const values = list.split(",").map((value) => value.trim());
  if (setKey !== undefined && values.every((value) => ONE.test(value)))
    return { key: setKey, values, isIn: word === "in" };
  const [, not, key] = EXISTS.exec(term) ?? [];
  return key === undefined ? null : { key, values: null, isIn: not === "" };
};
/** Commas between parentheses belong to a set. */
const termsIn = (selector: string): readonly string[] => selector.split(/,(?![^()]*\))/).map((term) => term.trim());

/** Requirements joined by commas; or the first term that is none. */
export const readLabelSelector = (selector: string): LabelSelector | { readonly wrong: string } => {
  const requirements: LabelRequirement[] = [];
  for (const term of termsIn(selector)) {
    const requirement = requirementOf(term);
    if (requirement === null) return { wrong: term };
    requirements.push(requirement);
  }
  return requirements;
};

/** `key=value` of a run, whose labels may hold any text. */
const PAIR = /^([^=!(),\0]+)=([^\0]*)$/;
/** Selector for runs: where the text is no valid selector, a single `key=value` with any text as the value. */
export const readRunSelector = (selector: string): LabelSelector | { readonly wrong: string } => {
  const read = readLabelSelector(selector);
  const [, key, value = ""] = ("wrong" in read && PAIR.exec(selector)) || [];
  return key === undefined ? read : [{ key, values: [value], isIn: true }];
};

/**
 * Terms of the pattern below. Each run of spaces has a single place where it can match: with two places for a space,
 * a list of 80 terms would take 2^80 steps to be refused.
 */
const SPACED_VALUE = "(?:\\s*[A-Za-z0-9_.-]+)?";
const TERM = [
  `${KEY}\\s*(?:!=|==?)${SPACED_VALUE}`,
  `${KEY}\\s+(?:in|notin)\\s*\\(${SPACED_VALUE}\\s*(?:,${SPACED_VALUE}\\s*)*\\)`,
  `(?:!\\s*)?${KEY}`,
].join("|");
/** Pattern of all texts that `readRunSelector` accepts, for schemas; a test compares both. */
export const RUN_SELECTOR = new RegExp(`^(?:\\s*(?:${TERM})\\s*(?:,\\s*(?:${TERM})\\s*)*|[^=!(),\\0]+=[^\\0]*)$`);

const meets = (labels: Labels, { key, values, isIn }: LabelRequirement): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return (value !== undefined && (values === null || values.includes(value))) === isIn;
};
export const selects = (selector: LabelSelector, labels: Labels): boolean =>
  selector.every((requirement) => meets(labels, requirement));
