/** The server's log: one line per entry. Secrets never reach it: each field is named by its writer. */
import { printable } from "../experiments/model/printable.ts";

export type LogFields = Readonly<Record<string, unknown>>;
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined"));
/** Anything else stands in quotes, so that a value can neither end early nor bring a field of its own. */
const BARE = /^[^\s"=\\]+$/u;
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
/** Quotes first: the escapes that `printable` writes are then the only single backslashes before a letter. */
const valueText = (value: unknown): string => {
  const text = textOf(value);
  return printable(BARE.test(text) ? text : quoted(text));
};
const nameOf = (name: string): string => printable(name).replace(/[\s"=]/gu, "_");

/**
 * Lines for people: the message, then its fields as `name=value`, in quotes where a value has spaces, quotes or `=`
 * (logfmt). The level is told only where something is amiss. Line breaks and control characters are escaped everywhere,
 * because names, addresses and reasons come from the network and could forge a line.
 */
export const lineLog = (write: (line: string) => void, level: LogLevel = "info"): Log => {
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)) return;
      const told = Object.entries(fields).map(([name, value]) => ` ${nameOf(name)}=${valueText(value)}`);
      write(`${own === "warn" || own === "error" ? `${own}: ` : ""}${printable(message)}${told.join("")}`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};

/** The catch of a promise that nobody awaits: logs its failure, with the stack, as an error of the server's own. */
export const logFailure =
  (log: Log, what: string) =>
  (error: unknown): void =>
    log.error(`${what} failed`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });

export const noLog: Log = lineLog(() => {});
