/** The log as JSON lines, for what collects logs. A file of its own: an embedded server starts without loading pino. */
import pino from "pino";
import { printableJson } from "../experiments/model/printable.ts";
import type { Log, LogFields, LogLevel } from "./log.ts";

export interface JsonLogOptions {
  readonly level: LogLevel;
  /** Takes one line, its newline included. */
  readonly write: (line: string) => void;
  /** On every line, such as which server it is. */
  readonly base?: LogFields;
}

/** `{"level":"info","time":"2026-01-31T08:00:00.000Z", …base, …fields, "msg":"…"}` */
export const jsonLog = ({ level, write, base = {} }: JsonLogOptions): Log => {
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino(
    { level, base, formatters, timestamp: pino.stdTimeFunctions.isoTime },
    {
      // JSON leaves C1, direction marks and U+2028 raw; a terminal or a collector would obey them.
      write: (line) => write(`${printableJson(line.trimEnd())}\n`),
    },
  );
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}): void =>
      logger[own](fields, message);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};
