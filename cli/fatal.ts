/** Last words of a long-running process, in the format of the process's log: a log collector reads no other format. */
import { isJournaldStream } from "../agent/systemd/journald.ts";
import { formatIn, journaldLine, jsonLine, type LogFormat } from "../experiments/model/text/log-line.ts";

const STAYING: ReadonlySet<string> = new Set(["serve", "agent"]);
const STDERR = 2;

/**
 * Log format by the command line alone, because the command line may be wrong. `text` for every command that does not
 * stay.
 */
const formatOf = ([command, ...argv]: readonly string[], environment: NodeJS.ProcessEnv): LogFormat => {
  if (!STAYING.has(command ?? "")) return "text";
  return formatIn(argv, environment.SQUALL_LOG_FORMAT) ?? defaultFormat(environment);
};
/** Format of a log when no option or variable names a format. */
export const defaultFormat = (environment: NodeJS.ProcessEnv): LogFormat =>
  isJournaldStream(STDERR, environment) ? "journald" : "text";

let format: LogFormat = "text";
export const chooseFatal = (argv: readonly string[], environment: NodeJS.ProcessEnv): void => {
  format = formatOf(argv, environment);
};
/** Sets the format that the configuration file names. */
export const fatalIn = (chosen: LogFormat): void => {
  format = chosen;
};

/**
 * The line with the reason why the process ends; null: the format is text, and the reason is printed as by any command.
 */
export const fatalLine = (message: string): string | null => {
  const entry = { level: "error", message, fields: { fatal: true } } as const;
  if (format === "json") return jsonLine(entry, new Date().toISOString());
  return format === "journald" ? journaldLine(entry) : null;
};
