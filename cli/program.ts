/**
 * The commands and their options. Each command's module is loaded when it is called: `squall --help` loads none of them,
 * `squall validate` only the model.
 */
import { Command as Commander, Option } from "commander";
import type { Command, Context } from "./context.ts";
import { usage } from "./exit.ts";

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const whole =
  (flag: string, least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw usage(`${flag} ${text}: expected a whole number from ${least} to ${most}`);
  };
const LARGEST_SEED = 2 ** 31 - 1;

const set = () =>
  new Option("--set <name=value>", "a value for the variable NAME in the files; repeatable").argParser(several);
const envFile = () =>
  new Option("--env-file <file>", "values for variables, as NAME=value lines; repeatable").argParser(several);
const mesh = () => new Option("--mesh <file>", "use this mesh instead of the one that the files name");
const label = () =>
  new Option("-l, --label <key=value>", "only experiments with this label; also key!=value; repeatable").argParser(
    several,
  );
const seed = () =>
  new Option("--seed <n>", "decide all chance by this number").argParser(whole("--seed", 0, LARGEST_SEED));
const asJson = () => new Option("--json", "one JSON document on stdout");
const allowExec = () => new Option("--allow-exec", "let `process` probes run their commands");

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
const CODES = `

Exit codes:
  0 HELD  1 BROKEN  2 INVALID or bad usage  3 INCONCLUSIVE  4 HALTED  5 RESIDUE
  69 server unreachable  70 internal error  77 forbidden`;

export const openProgram = (context: Context, exit: (code: number) => void): Commander => {
  const program = new Commander("squall")
    .description(
      "Chaos engineering for microservices: write down what must stay true, break one edge of the mesh, get a verdict that a pipeline can trust.",
    )
    .version(context.version, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(--help tells more)")
    .configureOutput({
      writeOut: (text) => context.output.out(text.trimEnd()),
      writeErr: (text) => context.output.err(text.trimEnd()),
    })
    .addHelpText(
      "after",
      examples("squall run experiments/shop/checkout-survives-slow-payments.yaml", "squall explain fault.latency") +
        CODES,
    );

  /** Loads the command, calls it with (context, options, ...arguments), keeps its exit code. */
  const calls =
    <Options, Arguments extends readonly unknown[]>(load: () => Promise<Command<Options, Arguments>>) =>
    async (...given: unknown[]) => {
      // Commander calls with the arguments, the options and the command.
      const options = given.at(-2) as Options;
      exit(await (await load())(context, options, ...(given.slice(0, -2) as unknown as Arguments)));
    };

  program
    .command("run")
    .argument("<files...>", "files, folders, globs, or - for stdin")
    .summary("run experiments and end with the verdict's code")
    .description(
      "Runs experiments: starts their mesh, injects their faults, takes them away, and ends with the worst verdict's code. Attaches to a mesh that is `up`. All files are checked before anything is started.",
    )
    .addOption(label())
    .addOption(set())
    .addOption(envFile())
    .addOption(mesh())
    .addOption(seed())
    .addOption(new Option("--repeat <n>", "run each experiment so many times").argParser(whole("--repeat", 1, 1_000)))
    .addOption(new Option("--only <phase>", "stop after the baseline; gives no verdict").choices(["baseline"]))
    .addOption(new Option("--shadow", "match and count, hit nothing; gives no verdict"))
    .addOption(allowExec())
    .addOption(asJson())
    .addOption(new Option("--events", "journal records on stdout as they happen, one JSON a line"))
    .addOption(new Option("--report <folder>", "journal.ndjson, report.json, report.md and report.txt of each run"))
    .addOption(new Option("--junit <file>", "JUnit XML of all runs"))
    .addOption(new Option("--markdown <file>", "Markdown of all runs"))
    .addOption(new Option("-q, --quiet", "one line a run"))
    .addOption(new Option("--server <url>", "run on a server that runs already; its token in SQUALL_TOKEN"))
    .addHelpText(
      "after",
      examples(
        "squall run experiments/shop",
        "squall run -l service=checkout --junit squall.xml 'chaos/**/*.yaml'",
        "squall run slow.yaml --set DELAY=3s --seed 42 --repeat 5",
        "squall run slow.yaml --json | jq '.runs[].verdict'",
      ) + CODES,
    )
    .action(calls(async () => (await import("./commands/run.ts")).run));

  program
    .command("plan")
    .argument("<files...>", "files, folders, globs, or - for stdin")
    .summary("show what a run would do; touches nothing")
    .description(
      "Shows which edges, samples and limits a run would have, and what makes its verdict worth less. Touches nothing.",
    )
    .addOption(label())
    .addOption(set())
    .addOption(envFile())
    .addOption(mesh())
    .addOption(seed())
    .addOption(asJson())
    .addHelpText("after", examples("squall plan experiments/shop/checkout-survives-slow-payments.yaml"))
    .action(calls(async () => (await import("./commands/plan.ts")).plan));

  program
    .command("validate")
    .argument("<files...>", "files, folders, globs, or - for stdin")
    .summary("find everything that is wrong with files")
    .description(
      "Finds everything that is wrong with experiment and mesh files. Runs nothing and needs no environment.",
    )
    .addOption(mesh())
    .addOption(asJson())
    .addHelpText("after", examples("squall validate experiments", "cat slow.yaml | squall validate -"))
    .action(calls(async () => (await import("./commands/validate.ts")).validate));

  program
    .command("explain")
    .argument("<targets...>", "files, or one field such as fault.latency")
    .summary("tell a file in plain sentences, or what a field means")
    .description("Tells in plain sentences what an experiment will do, or documents a field.")
    .addOption(mesh())
    .addOption(set())
    .addOption(envFile())
    .addOption(asJson())
    .addHelpText(
      "after",
      examples("squall explain slow.yaml", "squall explain fault.latency", "squall explain spec.hypothesis"),
    )
    .action(calls(async () => (await import("./commands/explain.ts")).explain));

  program
    .command("up")
    .argument("<mesh>", "mesh file")
    .summary("start a mesh, its agents and a server")
    .description("Starts a mesh with its agents and a server, for as long as you work with it. `run` attaches to it.")
    .addOption(new Option("-d, --detach", "leave it running"))
    .addOption(set())
    .addOption(envFile())
    .addOption(allowExec())
    .addHelpText("after", examples("squall up experiments/shop/mesh.yaml --detach", "squall down shop"))
    .action(calls(async () => (await import("./commands/up.ts")).up));

  program
    .command("down")
    .argument("[meshes...]", "names of meshes; all that are up when none is named")
    .summary("end meshes that are up")
    .description("Ends meshes that are up. Runs on them are halted and their faults taken away first.")
    .addHelpText("after", examples("squall down shop"))
    .action(calls(async () => (await import("./commands/down.ts")).down));

  program
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
    .action(calls(async () => (await import("./commands/agent.ts")).agent));

  program
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
    .action(calls(async () => (await import("./commands/serve.ts")).serve));

  program
    .command("runs")
    .summary("list runs, newest first")
    .description(
      "Lists the runs below $SQUALL_HOME, newest first. A run whose server died is finished as HALTED on the way.",
    )
    .addOption(new Option("-n, --limit <n>", "at most so many").default(20).argParser(whole("--limit", 1, 100_000)))
    .addOption(asJson())
    .addHelpText("after", examples("squall runs", "squall runs --json | jq '.runs[0].id'"))
    .action(calls(async () => (await import("./commands/runs.ts")).runs));

  program
    .command("report")
    .argument("[run]", "id of a run, the beginning of one, or `last`", "last")
    .summary("show the report of a run")
    .description("Shows the report of a run, finished or under way. Ends with 0 whatever its verdict is.")
    .addOption(new Option("--format <format>", "how").choices(["text", "json", "markdown", "junit"]).default("text"))
    .addHelpText("after", examples("squall report", "squall report checkout-survives-3f9 --format markdown"))
    .action(calls(async () => (await import("./commands/report.ts")).report));

  program
    .command("halt")
    .argument("[run]", "id of a run, or the beginning of one")
    .summary("take faults away at once")
    .description("Halts a run, or everything. Never asks. Where a server is dead it goes straight to its agents.")
    .addOption(new Option("--all", "every run of every server, and every agent that has no server"))
    .addOption(new Option("--reason <text>", "recorded with the run"))
    .addHelpText("after", examples("squall halt --all", "squall halt checkout-survives-3f9"))
    .action(calls(async () => (await import("./commands/halt.ts")).halt));

  program
    .command("version")
    .summary("show versions")
    .addOption(asJson())
    .action(calls(async () => (await import("./commands/version.ts")).showVersion));

  return program;
};
