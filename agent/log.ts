/** The log of an agent: lines to one stream, in one of the formats that servers have too. */
import {
  journaldLine,
  jsonLine,
  type LogFields,
  type LogFormat,
  type LogLevel,
  textLine,
} from "../experiments/model/log-line.ts";

/** Default level: info. */
export type AgentLog = (message: string, level?: LogLevel, fields?: LogFields) => void;

/** `base`: on every line of JSON, such as whose log it is; a file or the journal knows that of text. */
export const openLog =
  (format: LogFormat, write: (line: string) => void, base: LogFields): AgentLog =>
  (message, level = "info", fields = {}) => {
    const entry = { level, message, fields };
    if (format === "json") write(jsonLine({ ...entry, fields: { ...base, ...fields } }, new Date().toISOString()));
    else write(format === "journald" ? journaldLine(entry) : textLine(entry));
  };
