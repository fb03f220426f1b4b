/** The server's log: one line per entry. Secrets never reach it: whoever logs names each field. */
export type LogFields = Readonly<Record<string, unknown>>;
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const wordOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined"));

/** Lines for people: the message, then its fields as `name=value`; the level is told only where something is amiss. */
export const lineLog = (write: (line: string) => void, level: LogLevel = "info"): Log => {
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)) return;
      const told = Object.entries(fields).map(([name, value]) => ` ${name}=${wordOf(value)}`);
      write(`${own === "warn" || own === "error" ? `${own}: ` : ""}${message}${told.join("")}`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};

/** The catch of a promise that nobody awaits: logs its failure, with the stack, as an error of the server's own. */
export const logFailure =
  (log: Log, what: string) =>
  (error: unknown): void =>
    log.error(`${what} failed`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });

export const noLog: Log = lineLog(() => {});
