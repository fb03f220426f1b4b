import { Option } from "commander";
import { SETTINGS, type Setting } from "../../server/config/settings.ts";
import type { Declare } from "./declare.ts";
import { envFile, examples, repeatable, set, vars, whole } from "./flags.ts";

/** Secrets have no flag, and come from the environment or a file. */
const optionOf = ({ flag, takes, type, summary, variable }: Setting): Option[] => {
  if (flag === null) return [];
  const flags = `--${flag}${takes === "" ? "" : ` <${takes}>`}`;
  const told = `${summary} [${variable}]`;
  return [type === "list" ? repeatable(flags, told) : new Option(flags, told)];
};

const AFTER = `
Every option may also be given by the variable in brackets, or in the file of --config; options go before variables,
variables before the file. Secrets are never options: SQUALL_TOKEN, DATABASE_URL.
`;

export const serveCommand: Declare = (program, calls) => {
  const command = program
    .command("serve")
    .summary("run a server in the foreground")
    .description("Runs a server in the foreground. Starts no process of the mesh: agents connect to the server.")
    .addOption(new Option("-c, --config <file>", "settings as YAML [SQUALL_CONFIG]"))
    .addOption(new Option("--print-config", "print every setting with its source, and end"))
    .addOption(
      new Option("-p, --port <n>", "listen on this port of 127.0.0.1 (0: any free one)").argParser(
        whole("--port", 0, 65_535),
      ),
    );
  for (const option of SETTINGS.flatMap(optionOf)) command.addOption(option);
  command
    .addOption(set())
    .addOption(vars())
    .addOption(envFile())
    .addHelpText(
      "after",
      AFTER +
        examples(
          "squall serve --mesh mesh.yaml",
          "squall serve --config squall-server.yaml --print-config",
          "DATABASE_URL=postgres://… squall serve --listen 10.0.0.7:4780 --tls-cert server.pem --tls-key server.key",
        ),
    )
    .action(calls(async () => (await import("../commands/serve.ts")).serve));
};
