/** Commands that keep a process running. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { allowExec, envFile, examples, set, vars } from "./flags.ts";

export const upCommand: Declare = (program, calls) =>
  program
    .command("up")
    .argument("<mesh>", "mesh file")
    .summary("start a mesh, its agents and a server")
    .description(
      "Starts a mesh with its agents and a server, and keeps them running. `run` attaches to a running mesh.",
    )
    .addOption(new Option("-d, --detach", "leave the mesh running in the background"))
    .addOption(new Option("--dashboard", "print a link that signs a browser in, and open it where there is a display"))
    .addOption(set())
    .addOption(vars())
    .addOption(envFile())
    .addOption(allowExec())
    .addHelpText(
      "after",
      examples("squall up experiments/shop/open.yaml --dashboard", "squall up experiments/shop/mesh.yaml --detach"),
    )
    .action(calls(async () => (await import("../commands/up.ts")).up));

export const downCommand: Declare = (program, calls) =>
  program
    .command("down")
    .argument("[meshes...]", "names of meshes; all that are up when none is named")
    .summary("end meshes that are up")
    .description("Ends meshes that are up. Runs on them are halted and their faults taken away first.")
    .addHelpText("after", examples("squall down shop"))
    .action(calls(async () => (await import("../commands/down.ts")).down));

export const initCommand: Declare = (program, calls) =>
  program
    .command("init")
    .summary("write a mesh file from Compose, traffic or this machine")
    .description(
      "Writes a commented mesh file from a Compose file, from the listening ports of this machine, or from traffic through a recording agent. Without --from: from the Compose file of this folder, else from this machine. Reports findings and guesses.",
    )
    .addOption(new Option("--from <source>", "source of the services").choices(["compose", "machine", "traffic"]))
    .argument("[file]", "with --from compose: the compose file (default compose.yaml)")
    .addOption(new Option("--out <file>", "file to write, or - for stdout (default mesh.yaml)"))
    .addOption(new Option("--name <name>", "name of the mesh (default: the folder's name)"))
    .addOption(new Option("--force", "replace a file that is there"))
    .addOption(
      new Option("--listen <address>", "with --from traffic: where the recorder listens (default 127.0.0.1:9400)"),
    )
    .addOption(new Option("--for <duration>", "with --from traffic: how long to record (default: until Ctrl-C)"))
    .addHelpText(
      "after",
      examples(
        "squall init",
        "squall init --from compose compose.yaml",
        "squall init --from compose --out - | less",
        "squall init --from traffic --for 5m",
      ),
    )
    .action(calls(async () => (await import("../commands/init.ts")).init));
