/** Commands that read experiments. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import {
  allowExec,
  asJson,
  CODES,
  envFile,
  examples,
  form,
  label,
  mesh,
  namespace,
  onServer,
  repeatable,
  seed,
  set,
  signed,
  vars,
  whole,
} from "./flags.ts";

const select = () =>
  repeatable("--select <service:what>", "strike only these instances: checkout:track=canary,instances=50%").helpGroup(
    "Server:",
  );

export const runCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("run")
      .argument("<files...>", "files, folders, globs, or - for stdin; with a server also names of applied experiments")
      .summary("run experiments and end with the verdict's code")
      .description(
        "Runs experiments: starts their mesh, injects their faults, takes them away, and ends with the worst verdict's code. Attaches to a mesh that is `up`. With --server or --context it runs on the mesh of a server. All files are checked before anything is started.",
      )
      .addOption(label())
      .addOption(set())
      .addOption(vars())
      .addOption(envFile())
      .addOption(mesh())
      .addOption(seed())
      .addOption(new Option("--repeat <n>", "run each experiment so many times").argParser(whole("--repeat", 1, 1_000)))
      .addOption(new Option("--fail-fast", "after the first run that is not HELD start no other"))
      .addOption(new Option("--only <phase>", "stop after the baseline; gives no verdict").choices(["baseline"]))
      .addOption(new Option("--shadow", "match and count, hit nothing; gives no verdict"))
      .addOption(allowExec())
      .addOption(asJson())
      .addOption(new Option("--events", "journal records on stdout as they happen, one JSON a line"))
      .addOption(
        new Option(
          "--report <folder>",
          "journal.ndjson, report.json, report.md, report.html and report.txt of each run",
        ),
      )
      .addOption(new Option("--junit <file>", "JUnit XML of all runs"))
      .addOption(new Option("--markdown <file>", "Markdown of all runs"))
      .addOption(new Option("--html <file>", "self-contained page of all runs, with pictures"))
      .addOption(new Option("--sarif <file>", "SARIF 2.1.0: broken expectations with their lines (code scanning)"))
      .addOption(new Option("-q, --quiet", "one line per run"))
      .addOption(new Option("--strict", "never HELD while it is unknown whether an expectation met a fault")),
  )
    .addOption(
      new Option("--detach", "start the runs, print their ids, and leave them to the server").helpGroup("Server:"),
    )
    .addOption(select())
    .addOption(namespace().helpGroup("Server:"))
    .addOption(new Option("--static", "instances that appear in mid-run do not join it").helpGroup("Server:"))
    .addOption(
      new Option("--priority <n>", "place in the queue; higher goes first (default 0)")
        .argParser(signed("--priority", -100, 100))
        .helpGroup("Server:"),
    )
    .addOption(
      new Option(
        "--idempotency-key <key>",
        "the same key starts the same runs once, however often it is tried",
      ).helpGroup("Server:"),
    )
    .addHelpText(
      "after",
      examples(
        "squall run experiments/shop",
        "squall run -l service=checkout --junit squall.xml 'chaos/**/*.yaml'",
        "squall run slow.yaml --set DELAY=3s --seed 42 --repeat 5",
        "squall run slow.yaml --json | jq '.runs[].verdict'",
        "squall run slow.yaml --context prod --select checkout:track=canary,instances=50%",
        "squall run checkout-survives-slow-payments --context prod",
        "squall wait $(squall run slow.yaml --context prod --detach) --context prod",
      ) + CODES,
    )
    .action(calls(async () => (await import("../commands/run.ts")).run));

export const newCommand: Declare = (program, calls) =>
  program
    .command("new")
    .argument("[template]", "slow, failing, cut or flaky: what happens to the dependency")
    .summary("write a first experiment from a template")
    .description(
      "Writes a first experiment on an edge of a mesh: how its caller answers while the dependency is slow, failing, cut or flaky. On a terminal, asks for each missing option. Replaces a file only with --force.",
    )
    .addOption(new Option("--mesh <file>", "mesh file (default mesh.yaml)"))
    .addOption(new Option("--edge <caller:callee>", "edge to fault; optional if the mesh has a single edge"))
    .addOption(
      new Option(
        "--ask <request>",
        'a request that crosses the edge: "POST /checkout", or a whole URL (default "GET /")',
      ),
    )
    .addOption(new Option("--json <body>", "JSON that the request sends"))
    .addOption(new Option("--to <service>", "service that gets the request (default: the caller, else its caller)"))
    .addOption(new Option("--within <duration>", "longest time to an answer (default 1s)"))
    .addOption(new Option("--name <name>", "name of the experiment (default: from edge and template)"))
    .addOption(new Option("--out <file>", "file to write, or - for stdout (default: its name)"))
    .addOption(new Option("--force", "replace a file that is there"))
    .addHelpText(
      "after",
      examples(
        "squall new",
        "squall new slow --mesh mesh.yaml --edge checkout:payments --ask 'POST /checkout' --json '{\"sku\":\"kettle\"}'",
        "squall new cut --edge web:db --ask http://127.0.0.1:8080/orders --out - | squall plan --mesh mesh.yaml -",
      ),
    )
    .action(calls(async () => (await import("../commands/new.ts")).newExperiment));

export const planCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("plan")
      .argument("<files...>", "files, folders, globs, or - for stdin")
      .summary("show what a run would do; changes nothing")
      .description(
        "Shows the edges, samples and limits of a run, and what would weaken its verdict. With --server or --context also the instances, and the reasons for which the server would refuse the run. Changes nothing.",
      )
      .addOption(label())
      .addOption(set())
      .addOption(vars())
      .addOption(envFile())
      .addOption(mesh())
      .addOption(seed()),
  )
    .addOption(select())
    .addOption(form())
    .addOption(asJson())
    .addHelpText(
      "after",
      examples(
        "squall plan experiments/shop/checkout-survives-slow-payments.yaml",
        "squall plan slow.yaml --context prod --select checkout:instances=1",
      ),
    )
    .action(calls(async () => (await import("../commands/plan.ts")).plan));

export const validateCommand: Declare = (program, calls) =>
  program
    .command("validate")
    .argument("<files...>", "files, folders, globs, or - for stdin")
    .summary("check files, and list every problem")
    .description(
      "Lists every problem in files of kind Experiment, Mesh, Schedule and Policy. Runs nothing and needs no environment.",
    )
    .addOption(mesh())
    .addOption(new Option("--no-mesh", "the mesh is a server's: skip the checks against a mesh"))
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall validate experiments", "cat slow.yaml | squall validate -"))
    .action(calls(async () => (await import("../commands/validate.ts")).validate));

export const explainCommand: Declare = (program, calls) =>
  program
    .command("explain")
    .argument("<targets...>", "files, or one field such as fault.latency")
    .summary("explain a file in plain sentences, or what a field means")
    .description("Explains in plain sentences what an experiment will do, or documents a field.")
    .addOption(mesh())
    .addOption(set())
    .addOption(vars())
    .addOption(envFile())
    .addOption(form())
    .addOption(asJson())
    .addHelpText(
      "after",
      examples("squall explain slow.yaml", "squall explain fault.latency", "squall explain spec.hypothesis"),
    )
    .action(calls(async () => (await import("../commands/explain.ts")).explain));
