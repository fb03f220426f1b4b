/** `squall adopt`: makes a copied or moved database a separate control plane. */
import type { Command } from "../context.ts";
import { CommandError, USAGE, usage } from "../exit.ts";
import { plainMessage } from "../output.ts";
import { adoptDatabase, DatabaseInUse } from "../session/backup.ts";

export const adopt: Command<object, []> = async (context) => {
  const databaseUrl = context.environment.DATABASE_URL || undefined;
  if (databaseUrl === undefined) throw usage("name the PostgreSQL database in DATABASE_URL");
  const cluster = await adoptDatabase(databaseUrl, context).catch((error) => {
    throw error instanceof DatabaseInUse ? new CommandError(USAGE, error.message) : error;
  });
  context.output.err(
    plainMessage(
      `the database is the cluster ${cluster} from here on; runs it shows as live are finished by its next server`,
    ),
  );
  return 0;
};
