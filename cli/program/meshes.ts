/** Commands that keep something running. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { allowExec, envFile, examples, set, whole } from "./flags.ts";

export const upCommand: Declare = (program, calls) =>
  void program
    .command("up")
    .argument("<mesh>", "mesh file")
    .summary("start a mesh, its agents and a server")
    .description("Starts a mesh with its agents and a server, for as long as you work with it. `run` attaches to it.")
    .addOption(new Option("-d, --detach", "leave it running"))
    .addOption(set())
    .addOption(envFile())
    .addOption(allowExec())
    .addHelpText("after", examples("squall up experiments/shop/mesh.yaml --detach", "squall down shop"))
    .action(calls(async () => (await import("../commands/up.ts")).up));

export const downCommand: Declare = (program, calls) =>
  void program
    .command("down")
    .argument("[meshes...]", "names of meshes; all that are up when none is named")
    .summary("end meshes that are up")
    .description("Ends meshes that are up. Runs on them are halted and their faults taken away first.")
    .addHelpText("after", examples("squall down shop"))
    .action(calls(async () => (await import("../commands/down.ts")).down));

export const agentCommand: Declare = (program, calls) =>
  void program
    .command("agent")
    .summary("be the agent in the path of a mesh's edges")
    .description("Runs an agent in the foreground: on its own with --mesh, or for a server with --server.")
    .addOption(new Option("--mesh <file>", "serve every edge of this mesh; faults come by the control socket"))
    .addOption(new Option("--server <url>", "take edges and faults from this server"))
    .addOption(new Option("--token-env <name>", "environment variable with the server's token (default SQUALL_TOKEN)"))
    .addOption(new Option("--instance <name>", "stable name of this agent (default: the host's name)"))
    .addOption(new Option("--control <path>", "unix socket for local control (default below $SQUALL_HOME)"))
    .addOption(new Option("--allow-kinds <kinds>", "the only fault kinds it will ever apply, joined by commas"))
    .addOption(new Option("--greatest-share <share>", "the greatest share it will ever apply, such as 20%"))
    .addHelpText(
      "after",
      examples(
        "squall agent --mesh mesh.yaml",
        "SQUALL_TOKEN=… squall agent --server http://127.0.0.1:4780 --instance checkout-1",
      ),
    )
    .action(calls(async () => (await import("../commands/agent.ts")).agent));

export const serveCommand: Declare = (program, calls) =>
  void program
    .command("serve")
    .summary("run a server that stays, on loopback")
    .description("Runs a server in the foreground, on loopback. It starts no process of the mesh; agents come to it.")
    .addOption(new Option("--mesh <file>", "the mesh it watches"))
    .addOption(
      new Option("-p, --port <n>", "where it listens (default 4780; 0: any free port)").argParser(
        whole("--port", 0, 65_535),
      ),
    )
    .addOption(set())
    .addOption(envFile())
    .addOption(allowExec())
    .addHelpText("after", examples("squall serve --mesh mesh.yaml"))
    .action(calls(async () => (await import("../commands/serve.ts")).serve));
