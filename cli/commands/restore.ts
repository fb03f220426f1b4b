/** `squall restore`: fills an empty database from a backup, completely or not at all. */
import { resolve } from "node:path";
import { spellCount } from "../../experiments/model/text/words.ts";
import type { Command } from "../context.ts";
import { CommandError, USAGE, usage } from "../exit.ts";
import { plainMessage } from "../output.ts";
import { RestoreError, restoreInto } from "../session/backup.ts";

const DAMAGED = 1;
export const restore: Command<{ readonly folder?: string }, [file: string]> = async (context, { folder }, file) => {
  const databaseUrl = context.environment.DATABASE_URL || undefined;
  if ((folder === undefined) === (databaseUrl === undefined))
    throw usage(
      "name the database: a folder with --folder (SQLite), or DATABASE_URL (PostgreSQL), and only one of them",
    );
  const where = resolve(context.cwd, folder ?? context.home);
  const { rows, runs } = await restoreInto(context, file, { folder: where, databaseUrl }).catch((error) => {
    throw error instanceof RestoreError ? new CommandError(USAGE, `${file}: ${error.message}`) : error;
  });
  const broken = runs.filter(({ problem }) => problem !== null);
  for (const { run, problem } of broken) context.output.err(plainMessage(`run ${run}: ${problem}`));
  const into = folder === undefined ? "the database of DATABASE_URL" : folder;
  context.output.err(
    plainMessage(`${spellCount(rows, "row")} restored into ${into}, ${spellCount(runs.length, "journal")} whole`),
  );
  return broken.length > 0 ? DAMAGED : 0;
};
