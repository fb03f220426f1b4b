/** Commands about existing runs. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { asJson, CODES, examples, form, onServer, reason, whole } from "./flags.ts";

const VERDICTS = ["HELD", "BROKEN", "INVALID", "INCONCLUSIVE", "HALTED", "RESIDUE"];
const only = (flags: string, description: string) => new Option(flags, description).helpGroup("Which:");

export const runsCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("runs")
      .summary("list runs, newest first")
      .description(
        "Lists the runs below $SQUALL_HOME, newest first, or those of a server. A run here whose server died is finished as HALTED on the way.",
      )
      .addOption(
        new Option("-n, --limit <n>", "at most this number").default(20).argParser(whole("--limit", 1, 100_000)),
      )
      .addOption(form())
      .addOption(asJson())
      .addOption(only("--experiment <name>", "only runs of this experiment"))
      .addOption(only("--verdict <verdict>", "only runs with this verdict").choices(VERDICTS))
      .addOption(only("--schedule <name>", "only runs that this schedule started"))
      .addOption(
        only(
          "-l, --label <selector>",
          "only runs with these labels: key=value, key!=value, 'key in (a,b)', 'key notin (a,b)', key, '!key'",
        ),
      )
      .addOption(only("--since <when>", "only runs started since: 2h, 7d, or 2026-01-31T09:00:00Z"))
      .addOption(only("--until <when>", "only runs started before"))
      .addOption(new Option("--prune <age>", "delete this machine's runs older than this: 30d, 12h").helpGroup("Away:"))
      .addOption(new Option("--dry-run", "with --prune: list the runs, and delete none").helpGroup("Away:")),
  )
    .addHelpText(
      "after",
      examples(
        "squall runs",
        "squall runs --prune 30d --dry-run",
        "squall runs --json | jq '.runs[0].id'",
        "squall runs --context prod --verdict BROKEN --since 7d",
      ),
    )
    .action(calls(async () => (await import("../commands/runs.ts")).runs));

export const reportCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("report")
      .argument("[run]", "id of a run, the beginning of one, or `last`", "last")
      .summary("show the report of a run")
      .description("Shows the report of a run, finished or active. Ends with 0 for every verdict.")
      .addOption(
        new Option("--format <format>", "how")
          .choices(["text", "json", "markdown", "html", "junit", "sarif"])
          .default("text"),
      ),
  )
    .addHelpText(
      "after",
      examples(
        "squall report",
        "squall report checkout-survives-3f9 --format markdown",
        "squall report last --format html > report.html",
        "squall report last --context prod",
      ),
    )
    .action(calls(async () => (await import("../commands/report.ts")).report));

export const watchCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("watch")
      .argument("[run]", "id of a run, the beginning of one, or `last`", "last")
      .summary("follow a run, and end with its code")
      .description(
        "Shows a run live until it is over, then its report, and ends with its verdict's code. Watching keeps no run alive, and Ctrl-C halts none.",
      ),
  )
    .addHelpText("after", examples("squall watch", "squall watch checkout-survives-3f9 --context prod") + CODES)
    .action(calls(async () => (await import("../commands/watch.ts")).watch));

export const waitCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("wait")
      .argument("<runs...>", "ids of runs, or the beginnings of some")
      .summary("wait until runs are over, and end with the worst code")
      .description(
        "Waits until all these runs are over, prints a line per verdict, and ends with the code of the worst verdict.",
      )
      .addOption(asJson()),
  )
    .addHelpText(
      "after",
      examples("squall wait checkout-survives-3f9", "timeout 10m squall wait 3f9c2a 77ab01 --context prod") + CODES,
    )
    .action(calls(async () => (await import("../commands/wait.ts")).wait));

export const haltCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("halt")
      .argument("[run]", "id of a run, or the beginning of one")
      .summary("halt runs: remove their faults at once")
      .description(
        "Halts a run, or everything. Asks for no confirmation. If a server is dead, halts through the agents of this machine. After --all a server that stays starts no run until --release.",
      )
      .addOption(
        new Option(
          "--all",
          "every run and every agent of this machine, whatever $SQUALL_HOME they have, and every run of the server in use",
        ),
      )
      .addOption(
        new Option(
          "--home-only",
          "of this machine only what lies below $SQUALL_HOME: where several jobs share a machine",
        ),
      )
      .addOption(new Option("--release", "let runs start again after --all"))
      .addOption(new Option("--no-latch", "with --all: runs may start again at once"))
      .addOption(reason("recorded with the run")),
  )
    .addHelpText(
      "after",
      examples(
        "squall halt --all",
        "squall halt checkout-survives-3f9",
        "squall halt --all --context prod --reason 'paging: checkout is down'",
        "squall halt --release --context prod",
      ),
    )
    .action(calls(async () => (await import("../commands/halt.ts")).halt));
