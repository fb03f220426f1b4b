/** The log of an agent: lines to one stream, in one of the servers' log formats. */
import {
  journaldLine,
  jsonLine,
  type LogFields,
  type LogFormat,
  type LogLevel,
  textLine,
} from "../experiments/model/text/log-line.ts";

/** Default level: info. */
export type AgentLog = (message: string, level?: LogLevel, fields?: LogFields) => void;

/**
 * `base`: fields of every JSON line, such as the agent's name; in text format a file or the journal supplies that
 * context.
 */
export const openLog =
  (format: LogFormat, write: (line: string) => void, base: LogFields): AgentLog =>
  (message, level = "info", fields = {}) => {
    const entry = { level, message, fields };
    if (format === "json") write(jsonLine({ ...entry, fields: { ...base, ...fields } }, new Date().toISOString()));
    else write(format === "journald" ? journaldLine(entry) : textLine(entry));
  };
