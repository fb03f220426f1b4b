/**
 * Resolves a field path as users write it to keys from the root of a document. Imports no schema, so that loading is
 * fast.
 */
export type FieldRoot = "experiment" | "mesh" | "schedule" | "policy";
const ROOTS: readonly string[] = ["experiment", "mesh", "schedule", "policy"] satisfies readonly FieldRoot[];
/** Keys of every document; all others are below `spec`, which users leave out. */
const TOP: readonly string[] = ["apiVersion", "kind", "metadata", "spec"];

/** Short ways to write the places that people ask about most. */
const SHORT: Readonly<Record<string, readonly string[]>> = {
  fault: ["experiment", "spec", "faults"],
  faults: ["experiment", "spec", "faults"],
  probe: ["experiment", "spec", "hypothesis"],
  expectation: ["experiment", "spec", "hypothesis"],
  hypothesis: ["experiment", "spec", "hypothesis"],
  good: ["experiment", "spec", "hypothesis", "good"],
  phases: ["experiment", "spec", "phases"],
  limits: ["experiment", "spec", "limits"],
  halt: ["experiment", "spec", "halt"],
  guardrail: ["experiment", "spec", "halt"],
  match: ["experiment", "spec", "faults", "match"],
  share: ["experiment", "spec", "faults", "share"],
  service: ["mesh", "spec", "services"],
  edge: ["mesh", "spec", "edges"],
  window: ["schedule", "spec", "windows"],
  freeze: ["schedule", "spec", "freezes"],
};
/** First words that a path may begin with. */
export const FIRST_WORDS: readonly string[] = [...ROOTS, "spec", "metadata", ...Object.keys(SHORT)];

export interface FieldPath {
  readonly root: FieldRoot;
  /** From the document on. */
  readonly keys: readonly string[];
  /** True: the first word of the path is unknown, and is sought at the top of an experiment. */
  readonly isGuess: boolean;
}
/** `fault.latency` → `spec`, `faults`, `latency` of an experiment. Indexes such as `[0]` are passed over. */
export const fieldPath = (path: string): FieldPath => {
  const [written = "", ...rest] = path
    .replace(/\[\d+\]/g, "")
    .split(".")
    .filter((part) => part !== "");
  // Kinds are written in capitals in files.
  const first = ROOTS.includes(written.toLowerCase()) ? written.toLowerCase() : written;
  const isShort = Object.hasOwn(SHORT, first);
  const isGuess = !isShort && !ROOTS.includes(first);
  const [root, ...start] = isShort ? SHORT[first]! : isGuess ? ["experiment", first] : [first];
  const keys = [...start, ...rest];
  if (!isGuess && keys[0] !== undefined && !TOP.includes(keys[0])) keys.unshift("spec");
  return { root: root as FieldRoot, keys, isGuess };
};
