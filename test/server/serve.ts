/**
 * Server in a separate process, for tests that kill a server: node --import tsx serve.ts FOLDER UPSTREAM [DATABASE].
 * Prints the URL.
 */
import { lineLog } from "../../server/log.ts";
import { startServer } from "../../server/server.ts";
import { meshOf, TOKEN } from "./house.ts";

const [folder, upstream, databaseUrl] = process.argv.slice(2);
const server = await startServer({
  ...{
    folder: folder!,
    mesh: meshOf(upstream!),
    listen: { host: "127.0.0.1", port: 0 },
    token: TOKEN,
    allowExec: false,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  },
  log: lineLog((line) => process.stderr.write(`${line}\n`)),
});
process.stdout.write(`${server.url}\n`);
