/** Rules of a schedule beyond well-formed fields. */

import { type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { cronProblem } from "../schedule/instants.ts";
import { windowIssues } from "./window-rules.ts";

const ofCron = (spec: unknown): Issue[] => {
  const given = fieldOf(spec, "cron");
  if (typeof given !== "string" || given === "") return [];
  const problem = cronProblem(given);
  return problem === null ? [] : [{ path: ["spec", "cron"], message: `${problem}, got ${quote(given)}` }];
};

/** `value`: the document as written. */
export const scheduleIssues = (value: unknown): Issue[] => {
  const spec = fieldOf(value, "spec");
  return [...ofCron(spec), ...windowIssues(spec)];
};
