/**
 * Panel of answers on which `good` is tried before a run (PROOF.md 4): answers that faults give by themselves, and
 * answers of a failing service. An expectation that accepts such an answer as good would hold whatever breaks.
 */

import type { FaultAction } from "../faults/index.ts";
import type { ProbeAction } from "../probes/index.ts";
import { compileBody } from "../sample/body.ts";
import { bodyCriteria } from "../sample/body-criteria.ts";
import { type Criteria, compileCriteria } from "../sample/criteria.ts";
import type { AnsweredSample } from "../sample/sample.ts";
import type { Expectation, Fault } from "./experiment.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
/** Fast failures of a service: no time limit separates a failure from a good answer. */
const FAILURES: readonly { readonly answer: Answer; readonly says: string }[] = [500, 503, 504].flatMap((status) => [
  { answer: { status, body: "", headers: {} }, says: `${status} with an empty body` },
  { answer: { status, body: "Service Unavailable", headers: {} }, says: `${status} with a text` },
  {
    answer: { status, body: '{"error":"unavailable"}', headers: { "content-type": "application/json" } },
    says: `${status} with JSON`,
  },
]);
const FAST_MS = 1;

/** Answer that a fault gives instead of the callee; null: the fault gives no answer, or only changes the callee's. */
const answerOf = ({ kind, params }: FaultAction): Answer | null => {
  switch (kind) {
    case "abort":
      return { status: params.status, body: params.body, headers: params.headers };
    case "throttle":
      return { status: params.status, body: "", headers: {} };
    case "rewrite": {
      const { status, body = "", headers = {} } = params.response ?? {};
      const set = Object.entries(headers).filter((each): each is [string, string] => each[1] !== null);
      return status === undefined ? null : { status, body, headers: Object.fromEntries(set) };
    }
    default:
      return null;
  }
};

const seen = ({ status, body, headers }: Answer): AnsweredSample => ({
  kind: "seen",
  latencyMs: FAST_MS,
  end: "clean",
  status,
  body,
  header: (name) => headers[name],
});
/** Judge of whole answers. Agents read no bodies, so body criteria judge a probe's own answers only. */
const accepts = (good: Criteria) => {
  const judge = compileCriteria(good);
  const body = bodyCriteria(good, false);
  const judgeBody = body === null ? null : compileBody(body);
  return (answer: Answer) => judge(seen(answer)).good && (judgeBody === null || judgeBody(answer.body).good);
};
const isAsked = ({ kind, params }: ProbeAction): boolean =>
  kind === "http" || (kind === "traffic" && params.of !== "untreated");

type Judged = Pick<Expectation, "probe" | "good" | "objective">;
/** Returns the faults whose own answers an expectation accepts as good. */
export const faultsAccepted = ({ probe, good, objective }: Judged, faults: readonly Fault[]): readonly Fault[] => {
  if (!isAsked(probe) || objective.during === undefined) return [];
  const isGood = accepts(good);
  return faults.filter(({ action }) => {
    const answer = answerOf(action);
    return answer !== null && isGood(answer);
  });
};
/** Failures of a service that an expectation accepts as good, in words; empty: none. */
export const failuresAccepted = ({ probe, good, objective }: Judged): readonly string[] => {
  if (!isAsked(probe) || objective.during === undefined) return [];
  const isGood = accepts(good);
  return FAILURES.filter(({ answer }) => isGood(answer)).map(({ says }) => says);
};
