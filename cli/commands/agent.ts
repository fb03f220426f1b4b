/** `squall agent`: the process in the traffic path, standalone or with a server. It takes this process over. */
import { join, resolve } from "node:path";
import { built } from "../../server/mesh/built.ts";
import type { Command } from "../context.ts";
import { usage } from "../exit.ts";
import { agentsIn, privateFolder } from "../session/home.ts";

export interface AgentOptions {
  readonly mesh?: string;
  readonly server?: string;
  readonly instance?: string;
  readonly control?: string;
  readonly tokenEnv?: string;
  readonly allowKinds?: string;
  readonly greatestShare?: string;
}

const flagsOf = (options: AgentOptions, cwd: string): string[] => {
  const given: Readonly<Record<string, string | undefined>> = {
    "--mesh": options.mesh === undefined ? undefined : resolve(cwd, options.mesh),
    "--server": options.server,
    "--instance": options.instance,
    "--token-env": options.tokenEnv,
    "--allow-kinds": options.allowKinds,
    "--greatest-share": options.greatestShare,
  };
  return Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
};

export const agent: Command<AgentOptions, []> = async ({ cwd, home }, options) => {
  if ((options.mesh === undefined) === (options.server === undefined))
    throw usage("name either --mesh FILE (standalone) or --server URL");
  // Below $SQUALL_HOME, so that `squall halt --all` finds it without any server.
  const control = options.control ?? join(await privateFolder(agentsIn(home)), `${process.pid}.sock`);
  const main = built("agent", "main.js");
  // The agent has its own start, signals and end; it reads its flags as if it had been started by itself.
  process.argv = [process.execPath, main, ...flagsOf(options, cwd), "--control", control];
  await import(main);
  return new Promise(() => {});
};
