/** What is wrong with a schedule though each of its fields is well formed. */
import { fieldOf } from "../document-nodes.ts";
import { type Issue, quote } from "../problem.ts";
import { cronProblem } from "../schedule-instants.ts";
import { senseOfTimes } from "./window-sense.ts";

const ofCron = (spec: unknown): Issue[] => {
  const given = fieldOf(spec, "cron");
  if (typeof given !== "string" || given === "") return [];
  const problem = cronProblem(given);
  return problem === null ? [] : [{ path: ["spec", "cron"], message: `${problem}, got ${quote(given)}` }];
};

/** `value`: the document as written. */
export const senseOfSchedule = (value: unknown): Issue[] => {
  const spec = fieldOf(value, "spec");
  return [...ofCron(spec), ...senseOfTimes(spec)];
};
