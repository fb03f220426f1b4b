/**
 * A log line, in each format that servers and agents write. Line breaks and control characters are escaped in all
 * formats, because names, addresses and reasons come from the network and could forge a line. Clock and stream are the
 * caller's.
 */
import { printable, printableJson } from "./printable.ts";

export type LogFields = Readonly<Record<string, unknown>>;
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** `journald`: text that carries a priority prefix as in sd-daemon(3). */
export const LOG_FORMATS = ["text", "json", "journald"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (jsonOf(value) ?? "undefined"));
/** A value that JSON cannot express (a circle, a BigInt) is written as text, so that no line is lost. */
const jsonOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(String(value));
  }
};
/** Values that need no quotes. Any other value stands in quotes, and so can neither end early nor add a field. */
const BARE = /^[^\s"=\\]+$/u;
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
/** Quotes first: the escapes that `printable` writes are then the only single backslashes before a letter. */
const valueText = (value: unknown): string => {
  const text = textOf(value);
  return printable(BARE.test(text) ? text : quoted(text));
};
const nameOf = (name: string): string => printable(name).replace(/[\s"=]/gu, "_");

/**
 * Format for people: the message, then the fields as `name=value`, in quotes where a value has spaces, quotes or `=`
 * (logfmt). The level is written only for warnings and errors.
 */
export const textLine = ({ level, message, fields }: LogEntry): string => {
  const told = Object.entries(fields).map(([name, value]) => ` ${nameOf(name)}=${valueText(value)}`);
  return `${level === "warn" || level === "error" ? `${level}: ` : ""}${printable(message)}${told.join("")}`;
};

const RESERVED: ReadonlySet<string> = new Set(["level", "time", "msg"]);
/** `{"level":"info","time":"2026-01-31T08:00:00.000Z", …fields, "msg":"…"}`; `time`: ISO 8601. */
export const jsonLine = ({ level, message, fields }: LogEntry, time: string): string => {
  const own = Object.entries(fields).map(([name, value]) => [RESERVED.has(name) ? `${name}_` : name, value] as const);
  const pairs = [["level", level], ["time", time], ...own, ["msg", message]] as const;
  const told = pairs.flatMap(([name, value]) => {
    const json = jsonOf(value);
    return json === undefined ? [] : [`${JSON.stringify(name)}:${json}`];
  });
  // JSON leaves C1, direction marks and U+2028 raw; a terminal or a collector would obey these characters.
  return printableJson(`{${told.join(",")}}`);
};

/** Priorities of syslog(3), which journald adopts. */
const PRIORITY: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };
/** journald removes the prefix, and records the time separately. */
export const journaldLine = (entry: LogEntry): string => `<${PRIORITY[entry.level]}>${textLine(entry)}`;

/**
 * Log format that a command line requests, before the rest of the command line is validated: errors in the rest have to
 * be written in that format too. `variable`: SQUALL_LOG_FORMAT. null: no format, or an unknown format.
 */
export const formatIn = (argv: readonly string[], variable: string | undefined): LogFormat | null => {
  const given = argv.flatMap((word, i) => {
    if (word.startsWith("--log-format=")) return [word.slice("--log-format=".length)];
    return word === "--log-format" ? [argv[i + 1] ?? ""] : [];
  });
  const named = given.at(-1) ?? variable;
  return LOG_FORMATS.find((format) => format === named) ?? null;
};
