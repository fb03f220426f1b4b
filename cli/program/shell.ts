/** Commands about this command line. */
import { type Command, Option } from "commander";
import type { Calls, Declare } from "./declare.ts";
import { asJson, examples, form, repeatable } from "./flags.ts";

const load = async () => await import("../commands/context.ts");
const setContext = (context: Command, calls: Calls): Command =>
  context
    .command("set")
    .argument("<name>", "what it is called here")
    .summary("save or change the connection to a control plane")
    .description(
      "Saves the connection to a control plane. The token is read from stdin or from an environment variable, never from the command line, and is sent only to the servers of this context.",
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
    .addOption(new Option("--use", "make this the context in use"))
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
      "Manages named connections to control planes. Commands for servers use the context in use; `run`, `plan`, `runs` and `report` stay on this machine unless --context or --server says otherwise.",
    )
    .addHelpText("after", examples("squall context list", "squall context use prod", "squall context use local"));
  context
    .command("list", { isDefault: true })
    .summary("list contexts")
    .description("Lists the contexts; a star marks the context in use. Tokens are not shown.")
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall context list"))
    .action(calls(async () => (await load()).listContexts));
  setContext(context, calls);
  context
    .command("use")
    .argument("<name>", "a context, or `local` for this machine alone")
    .summary("choose the context in use")
    .description("Chooses the context for commands that need a server.")
    .addHelpText("after", examples("squall context use prod", "squall context use local"))
    .action(calls(async () => (await load()).chooseContextCommand));
  context
    .command("remove")
    .argument("<names...>", "contexts")
    .summary("delete contexts, with their tokens")
    .description(
      "Deletes contexts, with the tokens stored for them. The tokens stay valid on the server: revoke them there.",
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
