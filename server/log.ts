/** The server's log: one line per entry. Secrets never reach the log: the writer names each field. */
import {
  journaldLine,
  jsonLine,
  LOG_LEVELS,
  type LogEntry,
  type LogFields,
  type LogLevel,
  textLine,
} from "../experiments/model/text/log-line.ts";

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const logOf = (tell: (entry: LogEntry) => void, least: LogLevel): Log => {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)) tell({ level, message, fields });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};

/** `write` takes a line without a newline. */
type Write = (line: string) => void;
export const lineLog = (write: Write, level: LogLevel = "info"): Log => logOf((entry) => write(textLine(entry)), level);
export const journaldLog = (write: Write, level: LogLevel): Log => logOf((entry) => write(journaldLine(entry)), level);
/** `now`: the time of a line, ISO 8601. */
export const jsonLog = (write: Write, level: LogLevel, now: () => string): Log =>
  logOf((entry) => write(jsonLine(entry, now())), level);

/** Catch handler of a promise without an awaiter: logs the failure, with the stack, as an error of the server. */
export const logFailure =
  (log: Log, what: string) =>
  (error: unknown): void =>
    log.error(`${what} failed`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });

export const noLog: Log = lineLog(() => {});
