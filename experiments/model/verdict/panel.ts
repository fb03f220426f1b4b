/**
 * Panel of answers on which `good` is tried before a run (PROOF.md 4): what the faults answer by themselves, and what a
 * service says when it fails. An expectation that calls those good would hold whatever breaks.
 */

import type { Expectation, Fault } from "../experiment.ts";
import type { FaultAction } from "../faults/index.ts";
import { compileBody } from "../match/body.ts";
import { bodyCriteria } from "../match/body-criteria.ts";
import { type AnsweredSample, type Criteria, compileCriteria } from "../match/criteria.ts";
import type { ProbeAction } from "../probes/index.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
/** Fast failures of a service: no time limit tells them from good ones. */
const FAILURES: readonly { readonly answer: Answer; readonly says: string }[] = [500, 503, 504].flatMap((status) => [
  { answer: { status, body: "", headers: {} }, says: `${status} with an empty body` },
  { answer: { status, body: "Service Unavailable", headers: {} }, says: `${status} with a text` },
  {
    answer: { status, body: '{"error":"unavailable"}', headers: { "content-type": "application/json" } },
    says: `${status} with JSON`,
  },
]);
const FAST_MS = 1;

/** What a fault answers instead of the callee; null: it answers nothing by itself, or only changes what is there. */
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
/** Agents read no bodies, so that only a probe's own answers are judged by them. */
const accepts = (good: Criteria) => {
  const judge = compileCriteria(good);
  const body = bodyCriteria(good, false);
  const judgeBody = body === null ? null : compileBody(body);
  return (answer: Answer) => judge(seen(answer)).good && (judgeBody === null || judgeBody(answer.body).good);
};
const isAsked = ({ kind, params }: ProbeAction): boolean =>
  kind === "http" || (kind === "traffic" && params.of !== "untreated");

type Judged = Pick<Expectation, "probe" | "good" | "objective">;
/** Faults whose own answers an expectation calls good. */
export const faultsAccepted = ({ probe, good, objective }: Judged, faults: readonly Fault[]): readonly Fault[] => {
  if (!isAsked(probe) || objective.during === undefined) return [];
  const isGood = accepts(good);
  return faults.filter(({ action }) => {
    const answer = answerOf(action);
    return answer !== null && isGood(answer);
  });
};
/** Failures of a service that an expectation calls good, as they are said; empty: none. */
export const failuresAccepted = ({ probe, good, objective }: Judged): readonly string[] => {
  if (!isAsked(probe) || objective.during === undefined) return [];
  const isGood = accepts(good);
  return FAILURES.filter(({ answer }) => isGood(answer)).map(({ says }) => says);
};
