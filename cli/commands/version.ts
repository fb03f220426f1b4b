/** `squall version`. */
import { arch, platform, release } from "node:os";
import { SCHEMA_VERSION } from "../../experiments/report/json.ts";
import type { Command } from "../context.ts";
import { type FormOptions, formOf, showDocument } from "../terminal/forms.ts";

export const showVersion: Command<FormOptions, []> = async ({ output, version }, options) => {
  const facts = { squall: version, node: process.versions.node, platform: `${platform()} ${release()} ${arch()}` };
  await showDocument(output, formOf(options), {
    document: { schemaVersion: SCHEMA_VERSION, ...facts },
    names: [version],
    text() {
      for (const [name, value] of Object.entries(facts)) output.out(`${name.padEnd(9)}${value}`);
    },
  });
  return 0;
};
