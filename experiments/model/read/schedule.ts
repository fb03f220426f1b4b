/** Reads a Schedule file, or data, into its model. */
import { ofAnnotations } from "../form/annotations.ts";
import { scheduleFile, toSchedule } from "../form/schedule.ts";
import { senseOfSchedule } from "../form/schedule-sense.ts";
import { reader } from "./reader.ts";

export const { read: readSchedule, parse: parseSchedule } = reader({
  noun: "schedule",
  form: scheduleFile,
  rules: (value) => [...senseOfSchedule(value), ...ofAnnotations(value)],
  toModel: toSchedule,
});
