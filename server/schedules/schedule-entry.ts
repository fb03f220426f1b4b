/** A stored Schedule as the scheduler sees it. */

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

/** What an earlier version of Squall took and this one does not is shown, and starts nothing. */
export const readEntry = ({ name, version, appliedBy, appliedMs, content }: DocumentRecord): ScheduleEntry => {
  const parsed = parseSchedule(content);
  if ("schedule" in parsed) return { name, version, appliedBy, appliedMs, read: { schedule: parsed.schedule } };
  const [first] = parsed.problems;
  const problem = first === undefined ? "it cannot be read" : `${formatPath(first.path)}: ${first.message}`;
  return { name, version, appliedBy, appliedMs, read: { problem } };
};

/**
 * Who starts what a schedule starts: the one who applied it, with the rights that applying took. So a policy about a token
 * cannot be got around by way of a schedule.
 */
export const ownerOf = ({ appliedBy }: ScheduleEntry): Principal => ({
  name: appliedBy,
  role: "operator",
  token: null,
});
