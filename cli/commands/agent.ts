/** `squall agent`: the process in the traffic path, standalone or with a server. The agent takes over this process. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { builtPath } from "../../server/package-paths.ts";
import type { Command, Context } from "../context.ts";
import { usage } from "../exit.ts";
import { agentsIn, privateFolder } from "../home.ts";
import { ANOTHER_HOME } from "../not-writable.ts";
import { needDescriptors } from "../session/descriptors.ts";
import { onUncaught } from "../uncaught.ts";

/** Option names as commander spells them; each is a flag of the agent's command line. */
export interface AgentOptions {
  readonly [option: string]: string | readonly string[] | true | undefined;
  readonly mesh?: string;
  readonly server?: readonly string[];
  readonly control?: string;
}

/** `listenAllow: [a, b]` → `--listen-allow a --listen-allow b`, so that no value is taken for another flag. */
export const flagsOf = (options: AgentOptions): string[] =>
  Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    return value === undefined ? [] : [value].flat().map((one) => `${flag}=${one}`);
  });

/** An agent without a control socket would be out of reach of `squall halt --all`. */
const agentsFolder = ({ home }: Context): Promise<string> =>
  privateFolder(agentsIn(home), {
    home,
    other: `${ANOTHER_HOME}, or name a place for its control socket with --control`,
  });

export const agent: Command<AgentOptions, []> = async (context, options) => {
  if ((options.mesh === undefined) === (options.server === undefined))
    throw usage("name either --mesh FILE (standalone) or --server URL");
  needDescriptors();
  // The control socket lies below $SQUALL_HOME, so that `squall halt --all` finds the agent without any server.
  const control = options.control ?? join(await agentsFolder(context), `${process.pid}.sock`);
  // The agent handles signals by handlers of the agent, and drops every fault at this SIGTERM.
  context.launcher.watch(() => process.kill(process.pid, "SIGTERM"));
  const main = builtPath("agent", "main.js");
  // The agent has its own startup, signals, exit and handling of uncaught errors, and reads the flags as if started
  // directly.
  process.argv = [process.execPath, main, ...flagsOf({ ...options, control })];
  onUncaught(() => {});
  // The path is passed as a URL, because `#` and `%` may be part of the path.
  await import(pathToFileURL(main).href);
  return new Promise(() => {});
};
