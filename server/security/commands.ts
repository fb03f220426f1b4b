/**
 * Commands that a server runs for submitted documents: a document's own command if `--allow-exec` was given, and the
 * commands that the server's configuration names.
 */
import { ownProperty } from "../../experiments/model/own-property.ts";
import type { ProbeParams } from "../../experiments/model/probes/index.ts";
import { SECRET_VARIABLES } from "./secret-variables.ts";

/** Program that `process` probes may name: defined by the server's operator, never by a document. */
export interface CommandConfig {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
export interface ExecRules {
  readonly allowExec: boolean;
  readonly commands: Readonly<Record<string, CommandConfig>>;
}

/**
 * Reason why this server does not run a command, as the rest of a sentence that begins with the probe's name; null: the
 * command is run.
 */
export const whyCommandDenied = (
  { run }: ProbeParams<"process">,
  { allowExec, commands }: ExecRules,
): string | null => {
  if (run === undefined)
    return allowExec ? null : "runs a command, which this server was not allowed to: start it with --allow-exec";
  if (ownProperty(commands, run) !== undefined) return null;
  const known = Object.keys(commands);
  return (
    `names the command ${JSON.stringify(run)}, which this server does not know` +
    (known.length === 0 ? "; its administrator defines them under `commands`" : `; it knows ${known.join(", ")}`)
  );
};

const SECRETS: ReadonlySet<string> = new Set(SECRET_VARIABLES);
/** The environment of this process without the server's own secrets: a command could print a secret into a sample. */
export const withoutServerSecrets = (environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRETS.has(name)));
const PLAIN = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"];
/** Variables that every program may see. */
export const basicVariables = (environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv =>
  Object.fromEntries(PLAIN.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
