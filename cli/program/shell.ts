/** Commands about this command line. */
import { type Command, Option } from "commander";
import type { Calls, Declare } from "./declare.ts";
import { asJson, examples, form, repeatable } from "./flags.ts";

const load = async () => await import("../commands/context.ts");
const setContext = (context: Command, calls: Calls): Command =>
  context
    .command("set")
    .argument("<name>", "what it is called here")
    .summary("save how to reach a control plane, or change it")
    .description(
      "Saves how to reach a control plane. The token is read from stdin or from an environment variable, never from the command line, and is given to the servers of this context alone.",
    )
    .addOption(repeatable("--server <url>", "a server of it"))
    .addOption(new Option("--token-stdin", "read the token from stdin and keep it, in a file of mode 0600"))
    .addOption(new Option("--token-env <name>", "read the token from this variable whenever it is needed"))
    .addOption(new Option("--ca <file>", "PEM file with the authorities that sign the servers' certificates"))
    .addOption(
      new Option(
        "--proxy <url>",
        "proxy for requests to these servers, or `none`; variables of the environment name none",
      ),
    )
    .addOption(new Option("--use", "use it from now on"))
    .addHelpText(
      "after",
      examples(
        "squall context set prod --server https://a.example:4780 --server https://b.example:4780 --token-stdin --use < token",
        "squall context set staging --server https://squall.staging.example --token-env STAGING_TOKEN",
      ),
    )
    .action(calls(async () => (await load()).setContextCommand));

export const contextCommand: Declare = (program, calls) => {
  const context = program
    .command("context")
    .summary("save and choose connections to servers")
    .description(
      "Ways to control planes, under names. Commands about servers go to the one in use; `run`, `plan`, `runs` and `report` stay on this machine unless --context or --server says otherwise.",
    )
    .addHelpText("after", examples("squall context list", "squall context use prod", "squall context use local"));
  context
    .command("list", { isDefault: true })
    .summary("list contexts")
    .description("Lists the contexts, the one in use with a star. Tokens are not shown.")
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall context list"))
    .action(calls(async () => (await load()).listContexts));
  setContext(context, calls);
  context
    .command("use")
    .argument("<name>", "a context, or `local` for this machine alone")
    .summary("choose where commands go")
    .description("Chooses the context that commands about servers go to.")
    .addHelpText("after", examples("squall context use prod", "squall context use local"))
    .action(calls(async () => (await load()).chooseContextCommand));
  context
    .command("remove")
    .argument("<names...>", "contexts")
    .summary("forget contexts, with their tokens")
    .description(
      "Forgets contexts, with the tokens that were kept for them. The server's side of a token stays: revoke it.",
    )
    .addHelpText("after", examples("squall context remove staging"))
    .action(calls(async () => (await load()).removeContexts));
};

export const completionCommand: Declare = (program, calls) => {
  program
    .command("completion")
    .argument("<shell>", "bash, zsh or fish")
    .summary("print a script that completes commands in your shell")
    .description("Prints a script that makes your shell complete commands, options and names.")
    .addHelpText(
      "after",
      examples(
        "squall completion bash > ~/.local/share/bash-completion/completions/squall",
        "squall completion zsh > ~/.zfunc/_squall",
        "squall completion fish > ~/.config/fish/completions/squall.fish",
      ),
    )
    .action(calls(async () => (await import("../commands/completion.ts")).printCompletion));
  // Called by the completion scripts: the words so far, the last word to be completed.
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(calls(async () => (await import("../commands/completion.ts")).completer(program)));
};

export const versionCommand: Declare = (program, calls) =>
  program
    .command("version")
    .summary("show versions")
    .addOption(form())
    .addOption(asJson())
    .action(calls(async () => (await import("../commands/version.ts")).showVersion));
