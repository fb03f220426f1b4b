/**
 * A callee and its callers in one process, for `ports.test.ts`: `node ports.mjs CALLEE EDGE COUNT` calls the edge so many
 * times, each on a connection of its own that stays open, and prints each answer as `status reason`. Callers choose
 * their local ports, so that the machine's ports are the agent's alone.
 */
import { createServer, request } from "node:http";

const [callee, edge, count] = process.argv.slice(2).map(Number);
const FIRST_LOCAL_PORT = 50_001;

const call = (index) =>
  new Promise((resolve) => {
    const place = { host: "127.0.0.1", port: edge, localAddress: "127.0.0.1", localPort: FIRST_LOCAL_PORT + index };
    const asked = request({ ...place, agent: false, headers: { connection: "keep-alive" } }, (reply) => {
      reply.resume().on("end", () => resolve(`${reply.statusCode} ${reply.headers["x-squall-refused"] ?? "none"}`));
    });
    asked.on("error", (error) => resolve(`0 ${error.code}`)).end();
  });

const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => response.end("ok"));
server.listen(callee, "127.0.0.1", async () => {
  for (let index = 0; index < count; index++) process.stdout.write(`${await call(index)}\n`);
  process.exit(0);
});
