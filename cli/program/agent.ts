/** `squall agent`: the flags of the agent's command line, each with a description. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { examples, repeatable } from "./flags.ts";

const inGroup = (heading: string, options: readonly Option[]): Option[] =>
  options.map((option) => option.helpGroup(heading));

const IDENTITY = "With a server:";
const OPTIONS: readonly Option[] = [
  new Option("--mesh <file>", "serve every edge of this mesh; faults come by the control socket"),
  repeatable("--server <url>", "take edges and faults from this server"),
  new Option("--instance <name>", "stable name of this agent (default: the host's name)"),
  new Option("--service <name>", "service of this agent: it serves the edges from that service"),
  new Option("--intercept", "let the kernel (nftables) send the service's calls here; root, Linux, with --service"),
  new Option("--log-format <format>", "json, journald or text (default; under systemd journald) [SQUALL_LOG_FORMAT]"),
  new Option("--transport <tier>", "raw, onread or data (default: the fastest that works here)"),
  new Option("--held-memory <size>", "most memory for held bytes (default 256MiB, or a quarter of the memory limit)"),
  new Option("--control <path>", "unix socket for local control (default below $SQUALL_HOME)"),
  ...inGroup(IDENTITY, [
    repeatable("--label <key=value>", "what selectors choose instances by"),
    new Option("--token-env <name>", "environment variable with the server's token (default SQUALL_TOKEN)"),
    new Option("--join <file>", "file with a join token, exchanged for a credential of this instance"),
    new Option("--join-env <name>", "environment variable with a join token (default SQUALL_JOIN_TOKEN)"),
    new Option("--credential <file>", "where the credential is kept, mode 0600"),
    new Option("--ca <file>", "PEM file with the authorities that sign the servers' certificates"),
    new Option("--cert <file>", "PEM file with the agent's client certificate"),
    new Option("--key <file>", "PEM file with the certificate's key"),
    new Option("--edges <file>", "mesh file whose edges are served with and without a server"),
    new Option("--edges-env <name>", "environment variable with the text of such a file"),
    new Option("--mesh-offer <file>", "mesh file whose edges this agent offers to the server"),
  ]),
  ...inGroup("What it will never do, whatever a server says:", [
    repeatable("--listen <edge=address>", "listen there for this edge: checkout->payments=127.0.0.1:7204"),
    repeatable("--listen-allow <place>", "listen nowhere else (default with a server: loopback)"),
    repeatable("--upstream-allow <place>", "connect to nothing else: 10.0.0.0/8, payments or payments:8080"),
    new Option("--allow-kinds <kinds>", "apply no fault of another kind; joined by commas"),
    new Option("--greatest-share <share>", "apply no greater share, such as 20%"),
  ]),
];

export const agentCommand: Declare = (program, calls) => {
  const command = program
    .command("agent")
    .summary("run an agent in the path of edges")
    .description("Runs an agent in the foreground: on its own with --mesh, or for a server with --server.");
  for (const option of OPTIONS) command.addOption(option);
  command
    .addHelpText(
      "after",
      examples(
        "squall agent --mesh mesh.yaml",
        "SQUALL_TOKEN=… squall agent --server http://127.0.0.1:4780 --instance checkout-1",
        "squall agent --server https://a.example:4780 --service checkout --join join.token --credential /var/lib/squall/agent",
      ),
    )
    .action(calls(async () => (await import("../commands/agent.ts")).agent));
};
