/** Stored Schedule document, as the scheduler reads documents. */

import { formatPath } from "../../experiments/model/document/issue.ts";
import { parseSchedule } from "../../experiments/model/read/schedule.ts";
import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import type { Principal } from "../security/roles.ts";
import type { DocumentRecord } from "../store/documents.ts";

export interface ScheduleEntry {
  readonly name: string;
  readonly version: number;
  readonly appliedBy: string;
  /** Unix ms. */
  readonly appliedMs: number;
  readonly read: { readonly schedule: Schedule } | { readonly problem: string };
}

/**
 * Reads a stored document. A document that only an earlier version of Squall accepted is shown with the problem, and
 * starts no runs.
 */
export const readEntry = ({ name, version, appliedBy, appliedMs, content }: DocumentRecord): ScheduleEntry => {
  const parsed = parseSchedule(content);
  if ("schedule" in parsed) return { name, version, appliedBy, appliedMs, read: { schedule: parsed.schedule } };
  const [first] = parsed.problems;
  const problem = first === undefined ? "it cannot be read" : `${formatPath(first.path)}: ${first.message}`;
  return { name, version, appliedBy, appliedMs, read: { problem } };
};

/**
 * Owner of the runs that a schedule starts: the person who applied the schedule, with the rights that applying
 * required. A policy about a token can therefore not be evaded through a schedule.
 */
export const ownerOf = ({ appliedBy }: ScheduleEntry): Principal => ({
  name: appliedBy,
  role: "operator",
  token: null,
});
