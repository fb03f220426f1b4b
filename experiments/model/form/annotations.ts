/** Annotations with a meaning to Squall. */

import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { nearest } from "../document/suggestion.ts";
import { PUBLIC } from "../document/variables.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { type ReasonCode, VERDICT_OF, type Verdict } from "../verdict/verdict.ts";

export const EXPECT = "squall.dev/expect";
const KNOWN = [EXPECT, PUBLIC];
const VERDICTS = Object.keys(EXIT) as Verdict[];
const isReason = (word: string): word is ReasonCode => Object.hasOwn(VERDICT_OF, word);

/** Expected result of a run of this experiment; tests and the library use the annotation. */
export interface Expected {
  readonly verdict: Verdict;
  /** Expected reason code; null: any reason. */
  readonly because: ReasonCode | null;
}
/** `BROKEN`, or `INCONCLUSIVE no-hits`. */
export const expectedOf = (annotations: Readonly<Record<string, string>>): Expected | null => {
  const [, verdict, because] = /^([A-Z]+)(?: ([a-z-]+))?$/.exec(annotations[EXPECT] ?? "") ?? [];
  if (!VERDICTS.some((known) => known === verdict) || (because !== undefined && !isReason(because))) return null;
  return { verdict: verdict as Verdict, because: because ?? null };
};

const wrong = (expected: string, path: DocumentPath): Issue => {
  const [verdict = "", because = ""] = expected.split(" ");
  const known = VERDICTS.some((each) => each === verdict);
  const suggestion = known ? nearest(because, Object.keys(VERDICT_OF)) : nearest(verdict, VERDICTS);
  const what = known ? `a reason of ${verdict} after it` : `${VERDICTS.join(", ")}, with a reason after it or not`;
  const issue = { path: [...path, EXPECT], message: `expected ${what}, got ${quote(expected)}` };
  return suggestion === undefined ? issue : { ...issue, suggestion };
};

export const annotationIssues = (value: unknown): Issue[] => {
  const annotations = fieldOf(fieldOf(value, "metadata"), "annotations");
  if (typeof annotations !== "object" || annotations === null) return [];
  const path = ["metadata", "annotations"];
  const issues: Issue[] = [];
  const expected = fieldOf(annotations, EXPECT);
  if (typeof expected === "string" && expectedOf({ [EXPECT]: expected }) === null) issues.push(wrong(expected, path));
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith("squall.dev/") || KNOWN.includes(key)) continue;
    const issue = { path: [...path, key], at: "key", message: `unknown annotation ${quote(key)}` } as const;
    const suggestion = nearest(key, KNOWN);
    issues.push(suggestion === undefined ? issue : { ...issue, suggestion });
  }
  return issues;
};
