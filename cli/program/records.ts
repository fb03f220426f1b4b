/** Commands about runs that there are. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { asJson, examples, whole } from "./flags.ts";

export const runsCommand: Declare = (program, calls) =>
  void program
    .command("runs")
    .summary("list runs, newest first")
    .description(
      "Lists the runs below $SQUALL_HOME, newest first. A run whose server died is finished as HALTED on the way.",
    )
    .addOption(new Option("-n, --limit <n>", "at most so many").default(20).argParser(whole("--limit", 1, 100_000)))
    .addOption(asJson())
    .addHelpText("after", examples("squall runs", "squall runs --json | jq '.runs[0].id'"))
    .action(calls(async () => (await import("../commands/runs.ts")).runs));

export const reportCommand: Declare = (program, calls) =>
  void program
    .command("report")
    .argument("[run]", "id of a run, the beginning of one, or `last`", "last")
    .summary("show the report of a run")
    .description("Shows the report of a run, finished or under way. Ends with 0 whatever its verdict is.")
    .addOption(new Option("--format <format>", "how").choices(["text", "json", "markdown", "junit"]).default("text"))
    .addHelpText("after", examples("squall report", "squall report checkout-survives-3f9 --format markdown"))
    .action(calls(async () => (await import("../commands/report.ts")).report));

export const haltCommand: Declare = (program, calls) =>
  void program
    .command("halt")
    .argument("[run]", "id of a run, or the beginning of one")
    .summary("take faults away at once")
    .description("Halts a run, or everything. Never asks. Where a server is dead it goes straight to its agents.")
    .addOption(new Option("--all", "every run of every server, and every agent that has no server"))
    .addOption(new Option("--reason <text>", "recorded with the run"))
    .addHelpText("after", examples("squall halt --all", "squall halt checkout-survives-3f9"))
    .action(calls(async () => (await import("../commands/halt.ts")).halt));

export const versionCommand: Declare = (program, calls) =>
  void program
    .command("version")
    .summary("show versions")
    .addOption(asJson())
    .action(calls(async () => (await import("../commands/version.ts")).showVersion));
