/**
 * The judge of a body: patterns of the whole text, and JSON paths. Time and memory grow with the body and the path, so
 * the server runs the judge in a worker with a limit (`server/probes/judge.ts`); agents judge no bodies.
 */
import type { JSONValue } from "json-p3";
import { compilePattern } from "../match/compile.ts";
import type { BodyCriteria } from "./body-criteria.ts";
import { patternText, shown, sizeOf } from "./capture.ts";
import { type Criteria, GOOD_SAMPLE, meetsCriterion, type SampleJudgement } from "./criteria.ts";
import { compileJsonPath } from "./json-path.ts";

/** Compiled once for many bodies. Throws on a pattern or JSON path that does not compile. */
export const compileBody = ({ body, json, capture }: BodyCriteria): ((text: string) => SampleJudgement) => {
  const textIs = body === undefined ? () => null : bodyIs(body, capture);
  const nodesAre = json === undefined ? () => null : jsonIs(json, capture);
  return (text) => {
    const why = textIs(text) ?? nodesAre(text);
    return why === null ? GOOD_SAMPLE : { good: false, why };
  };
};
/** Result null: the criterion is met; otherwise the reason. */
type BodyCriterion = (text: string) => string | null;

const bodyIs = (pattern: NonNullable<Criteria["body"]>, capture: boolean): BodyCriterion => {
  const fits = compilePattern(pattern);
  const wanted = patternText(pattern);
  return (text) => {
    if (fits(text)) return null;
    return `body does not match ${wanted} (${sizeOf(text)})${capture ? `: ${text}` : ""}`;
  };
};

type Wanted = NonNullable<Criteria["json"]>[string];
/** Test of a JSON node: `found` is undefined where the path matched no node. */
const nodeTest = (wanted: Wanted): ((found: JSONValue | undefined) => boolean) => {
  if (wanted === null || typeof wanted === "number" || typeof wanted === "boolean") return (found) => found === wanted;
  if (typeof wanted === "object" && "operator" in wanted) return (found) => meetsCriterion(found, wanted);
  const fits = compilePattern(wanted);
  // A number or boolean is compared as written, so that `status: "7*"` can match numbers too.
  return (found) =>
    found === undefined ? fits(undefined) : fits(typeof found === "string" ? found : (JSON.stringify(found) ?? ""));
};
const jsonIs = (wanted: Readonly<Record<string, Wanted>>, capture: boolean): BodyCriterion => {
  const each = Object.entries(wanted).map(([path, value]) => ({
    path,
    value,
    first: compileJsonPath(path),
    fits: nodeTest(value),
  }));
  return (text) => {
    let document: JSONValue;
    try {
      document = JSON.parse(text);
    } catch {
      return `body is not JSON (${sizeOf(text)})${capture ? `: ${text}` : ""}`;
    }
    for (const { path, value, first, fits } of each) {
      const found = first(document);
      if (!fits(found))
        return `${path} is ${shown(found, capture ? "everything" : "nothing")}, expected ${patternText(value)}`;
    }
    return null;
  };
};
