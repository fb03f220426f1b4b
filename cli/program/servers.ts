/** Commands about servers: connected agents, access rights, stored data, and connections. */
import { type Command, Option } from "commander";
import type { Calls, Declare } from "./declare.ts";
import { asJson, examples, form, onServer, repeatable } from "./flags.ts";

const ROLES = ["viewer", "operator", "admin", "agent", "join"];

export const dashboardCommand: Declare = (program, calls) =>
  onServer(program.command("dashboard"))
    .argument("[mesh]", "a mesh that is up on this machine")
    .summary("print a link into the dashboard, and open it")
    .description(
      "Prints a link that signs one browser in, once, within a minute, as who asks; on a terminal with a display it is opened. Without a mesh and a server: of the mesh that is up here, else of the context in use, else of the one server that runs here.",
    )
    .addOption(new Option("--no-open", "only print it"))
    .addOption(asJson())
    .addHelpText(
      "after",
      examples("squall dashboard", "squall dashboard shop", "squall dashboard --context prod --no-open"),
    )
    .action(calls(async () => (await import("../commands/dashboard.ts")).dashboard));

export const agentsCommand: Declare = (program, calls) =>
  onServer(program.command("agents"))
    .summary("list the agents that a server knows")
    .description("Lists the agents of a server: what they serve, what is live on them, when they were heard last.")
    .addOption(new Option("--service <name>", "only agents of this service"))
    .addOption(new Option("--retire <instance>", "miss this agent no more, which is gone and will not come back"))
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall agents", "squall agents --service checkout -o wide --context prod"))
    .action(calls(async () => (await import("../commands/agents.ts")).agents));

const createToken = (token: Command, calls: Calls): Command =>
  onServer(token.command("create"))
    .argument("<name>", "what it is called in lists and in the audit log")
    .summary("make a token, shown this once")
    .description(
      "Makes a token and prints it to stdout, this once. With --save it goes into a file of mode 0600 instead.",
    )
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .addOption(new Option("--service <name>", "the service that an agent or join token is bound to"))
    .addOption(repeatable("--edge <edge>", "an edge that it is bound to, such as checkout->payments"))
    .addOption(new Option("--instance <name>", "the instance that an agent token is bound to"))
    .addOption(new Option("--expires <duration>", "how long it is good for, such as 12h or 90d (default: for ever)"))
    .addOption(new Option("--save <file>", "write it there instead of to stdout"))
    .addOption(asJson())
    .addHelpText(
      "after",
      examples(
        "squall token create ci --role operator --expires 90d --save ci.token",
        "squall token create checkout --role join --service checkout --expires 12h",
      ),
    )
    .action(calls(async () => (await import("../commands/token.ts")).createToken));

export const tokenCommand: Declare = (program, calls) => {
  const token = program
    .command("token")
    .summary("create, list and revoke tokens")
    .description("Tokens of a server: for people, pipelines and agents.")
    .addHelpText("after", examples("squall token list", "squall token create ci --role operator --save ci.token"));
  createToken(token, calls);
  onServer(token.command("list", { isDefault: true }))
    .summary("list tokens, newest first")
    .description("Lists tokens, newest first, without their secrets, which nobody but their holders knows.")
    .addOption(new Option("--all", "the expired and revoked ones too"))
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall token list", "squall token list --all -o json"))
    .action(calls(async () => (await import("../commands/token.ts")).listTokens));
  onServer(token.command("revoke"))
    .argument("<tokens...>", "names or ids")
    .summary("revoke tokens, and the sessions and credentials made with them")
    .description("Revokes tokens, with the sessions and credentials that were made with them.")
    .addHelpText("after", examples("squall token revoke ci"))
    .action(calls(async () => (await import("../commands/token.ts")).revokeTokens));
};

export const backupCommand: Declare = (program, calls) =>
  onServer(program.command("backup"))
    .argument("<file>", "file to write, or - for stdout")
    .summary("write a backup of a server to a file")
    .description(
      "Writes every table of a server, of one moment, to a file of mode 0600. It holds the hashes of tokens.",
    )
    .addOption(new Option("--force", "replace a file that is there"))
    .addHelpText(
      "after",
      examples("squall backup squall.ndjson", "squall backup - --context prod | gzip > squall.ndjson.gz"),
    )
    .action(calls(async () => (await import("../commands/backup.ts")).backup));

export const restoreCommand: Declare = (program, calls) =>
  program
    .command("restore")
    .argument("<file>", "a backup, or - for stdin")
    .summary("fill an empty database from a backup")
    .description(
      "Fills an empty database from a backup and checks every hash chain. The server must not run. The database is the folder of --folder, or PostgreSQL by DATABASE_URL.",
    )
    .addOption(new Option("--folder <folder>", "the server's folder, for SQLite"))
    .addHelpText(
      "after",
      examples(
        "squall restore squall.ndjson --folder /var/lib/squall",
        "DATABASE_URL=postgres://… squall restore squall.ndjson",
      ),
    )
    .action(calls(async () => (await import("../commands/restore.ts")).restore));

export const adoptCommand: Declare = (program, calls) =>
  program
    .command("adopt")
    .summary("make a copied database a control plane of its own")
    .description(
      "Gives a PostgreSQL database that was copied (pg_dump, another cluster's files) or moved a name and an epoch of its own, so that a server starts on it. No server may run on it, and the first one must not be meant any more by its agents.",
    )
    .addHelpText("after", examples("DATABASE_URL=postgres://… squall adopt"))
    .action(calls(async () => (await import("../commands/adopt.ts")).adopt));

export const verifyCommand: Declare = (program, calls) =>
  onServer(program.command("verify"))
    .argument("[backup]", "a backup file; without one, the runs below $SQUALL_HOME or those of a server")
    .summary("check that no journal was changed")
    .description(
      "Walks the hash chain of every journal: of a server, of a backup file, or of the folders below $SQUALL_HOME. Ends with 0 when all are whole, with 1 when one is not.",
    )
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall verify", "squall verify squall.ndjson", "squall verify --context prod"))
    .action(calls(async () => (await import("../commands/verify.ts")).verify));
