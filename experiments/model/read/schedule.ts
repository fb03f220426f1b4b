/** Reads a Schedule file, or data, into the model. */
import { annotationIssues } from "../form/annotations.ts";
import { scheduleFile, toSchedule } from "../form/schedule.ts";
import { scheduleIssues } from "../form/schedule-rules.ts";
import { reader } from "./reader.ts";

export const { read: readSchedule, parse: parseSchedule } = reader({
  noun: "schedule",
  form: scheduleFile,
  rules: (value) => [...scheduleIssues(value), ...annotationIssues(value)],
  toModel: toSchedule,
});
