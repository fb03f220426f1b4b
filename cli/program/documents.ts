/** Commands about a server's stored documents: meshes, experiments, schedules, policies. */
import { Option } from "commander";
import type { Declare } from "./declare.ts";
import { allNamespaces, asJson, envFile, examples, files, form, namespace, onServer, set, vars } from "./flags.ts";

const dryRun = () => new Option("--dry-run", "let the server check, and change nothing");

export const applyCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("apply")
      .summary("store documents from files on a server")
      .description(
        "Applies documents of kind Mesh, Experiment, Schedule and Policy to a server. All are checked, here and by the server, before the first is sent; unchanged documents stay untouched. Variables are filled in from --set and --vars alone; the rest is the server's.",
      )
      .addOption(files("what to apply").makeOptionMandatory())
      .addOption(namespace())
      .addOption(dryRun())
      .addOption(set())
      .addOption(vars())
      .addOption(envFile())
      .addOption(new Option("-o, --output <form>", "form of the result").choices(["json", "name"])),
  )
    .addHelpText(
      "after",
      examples(
        "squall apply -f chaos",
        "squall apply -f nightly.yaml --context prod",
        "squall apply -f nightly.yaml -n shop",
        "cat nightly.yaml | squall apply -f -",
      ),
    )
    .action(calls(async () => (await import("../commands/apply.ts")).apply));

export const diffCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("diff")
      .summary("show what apply would change")
      .description(
        "Shows what `apply` would change. Ends with 0 without a difference, with 1 otherwise; changes nothing.",
      )
      .addOption(files("what to compare").makeOptionMandatory())
      .addOption(namespace())
      .addOption(set())
      .addOption(vars())
      .addOption(envFile())
      .addOption(form())
      .addOption(asJson()),
  )
    .addHelpText("after", examples("squall diff -f chaos", "squall diff -f chaos --context prod && echo in step"))
    .action(calls(async () => (await import("../commands/diff.ts")).diff));

export const getCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("get")
      .argument("[kind]", "mesh, experiment, schedule or policy; all kinds when none is given")
      .argument("[names...]", "names, or name@version; all of the kind when none is given")
      .summary("list or show documents of a server")
      .description(
        "Lists the documents of a server. -o yaml and json print documents as applied, ready to be applied again.",
      )
      .addOption(files("only the documents that these name"))
      .addOption(namespace())
      .addOption(allNamespaces())
      .addOption(form())
      .addOption(asJson())
      .addOption(new Option("--versions", "every version of the document, newest first")),
  )
    .addHelpText(
      "after",
      examples(
        "squall get",
        "squall get experiments",
        "squall get experiments -A",
        "squall get schedule nightly -n shop",
        "squall get schedule nightly -o yaml > nightly.yaml",
        "squall get experiment checkout-survives-slow-payments --versions",
        "squall get experiment checkout-survives-slow-payments@3 -o yaml",
      ),
    )
    .action(calls(async () => (await import("../commands/get.ts")).get));

export const deleteCommand: Declare = (program, calls) =>
  onServer(
    program
      .command("delete")
      .argument("[kind]", "mesh, experiment, schedule or policy")
      .argument("[names...]", "names")
      .summary("delete documents from a server")
      .description("Deletes documents from a server. Past runs and applied versions stay readable.")
      .addOption(files("the documents that these name"))
      .addOption(namespace())
      .addOption(dryRun())
      .addOption(new Option("--ignore-not-found", "a missing document is no error")),
  )
    .addHelpText("after", examples("squall delete schedule nightly", "squall delete -f chaos/old --ignore-not-found"))
    .action(calls(async () => (await import("../commands/delete.ts")).deleteDocuments));
