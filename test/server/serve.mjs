/**
 * Server in a separate process, for tests that kill a server: node serve.mjs FOLDER MESH TOKEN [DATABASE], the mesh as
 * JSON. Prints the URL. Runs the build, since a compilation of the sources takes seconds at each start.
 */
import { lineLog } from "../../dist/server/log.js";
import { startServer } from "../../dist/server/server.js";

const [folder, mesh, token, databaseUrl] = process.argv.slice(2);
const server = await startServer({
  ...{ folder, mesh: JSON.parse(mesh), listen: { host: "127.0.0.1", port: 0 }, token, allowExec: false },
  ...(databaseUrl === undefined ? {} : { databaseUrl }),
  log: lineLog((line) => process.stderr.write(`${line}\n`)),
});
process.stdout.write(`${server.url}\n`);
