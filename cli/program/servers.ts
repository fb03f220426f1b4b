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
      "Prints a link that signs a single browser in, once, within a minute, with the rights of your token; opens the link on a terminal with a display. Without a mesh or a server: for the mesh that is up here, else the context in use, else the only server that runs here.",
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
    .description("Lists the agents of a server, with their edges, live faults and last contact.")
    .addOption(new Option("--service <name>", "only agents of this service"))
    .addOption(new Option("--retire <instance>", "stop reporting this agent as missing: it will not return"))
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall agents", "squall agents --service checkout -o wide --context prod"))
    .action(calls(async () => (await import("../commands/agents.ts")).agents));

const createToken = (token: Command, calls: Calls): Command =>
  onServer(token.command("create"))
    .argument("<name>", "what it is called in lists and in the audit log")
    .summary("create a token; shown only once")
    .description(
      "Creates a token and prints it to stdout, only once. --save writes the token to a file of mode 0600 instead.",
    )
    .addOption(new Option("--role <role>", "rights of the token").choices(ROLES).makeOptionMandatory())
    .addOption(new Option("--service <name>", "the service that an agent or join token is bound to"))
    .addOption(repeatable("--edge <edge>", "an edge that it is bound to, such as checkout->payments"))
    .addOption(new Option("--instance <name>", "the instance that an agent token is bound to"))
    .addOption(new Option("--expires <duration>", "lifetime, such as 12h or 90d (default: unlimited)"))
    .addOption(new Option("--save <file>", "write the token to a file instead of stdout"))
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
    .description("Manages the tokens of a server: for people, pipelines and agents.")
    .addHelpText("after", examples("squall token list", "squall token create ci --role operator --save ci.token"));
  createToken(token, calls);
  onServer(token.command("list", { isDefault: true }))
    .summary("list tokens, newest first")
    .description("Lists tokens, newest first, without their secrets, of which the server keeps only hashes.")
    .addOption(new Option("--all", "expired and revoked tokens too"))
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
      "Writes a consistent copy of every table of a server to a file of mode 0600. The file contains the hashes of tokens.",
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
    .summary("give a copied database a control plane of its own")
    .description(
      "Gives a PostgreSQL database that was copied (pg_dump, another cluster's files) or moved a name and an epoch of its own, so that a server starts on it. No server may run on the database, and no agent may still be configured for the servers of the original.",
    )
    .addHelpText("after", examples("DATABASE_URL=postgres://… squall adopt"))
    .action(calls(async () => (await import("../commands/adopt.ts")).adopt));

export const verifyCommand: Declare = (program, calls) =>
  onServer(program.command("verify"))
    .argument("[backup]", "a backup file; without one, the runs below $SQUALL_HOME or those of a server")
    .summary("check that no journal was changed")
    .description(
      "Walks the hash chain of every journal: of a server, of a backup file, or of the folders below $SQUALL_HOME. Ends with 0 if all are intact, with 1 otherwise.",
    )
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall verify", "squall verify squall.ndjson", "squall verify --context prod"))
    .action(calls(async () => (await import("../commands/verify.ts")).verify));
