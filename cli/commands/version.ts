/** `squall version`. */
import { arch, platform, release } from "node:os";
import type { Command } from "../context.ts";
import { json } from "../escape/json.ts";

export const showVersion: Command<{ readonly json?: boolean }, []> = async ({ output, version }, options) => {
  const facts = { squall: version, node: process.versions.node, platform: `${platform()} ${release()} ${arch()}` };
  if (options.json === true) output.out(json(facts, 2));
  else for (const [name, value] of Object.entries(facts)) output.out(`${name.padEnd(9)}${value}`);
  return 0;
};
