/**
 * A server in a separate process, which reports its memory and load: node --expose-gc flooded-server.mjs FOLDER MESH
 * TOKEN, the mesh as JSON. Runs the build, as `server/serve.mjs` does.
 */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { lineLog } from "../../dist/server/log.js";
import { startServer } from "../../dist/server/server.js";

const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();
const [folder, mesh, token] = process.argv.slice(2);
let logged = 0;
const server = await startServer({
  ...{ folder, mesh: JSON.parse(mesh), listen: { host: "127.0.0.1", port: 0 }, token },
  ...{ allowExec: false, log: lineLog(() => void logged++, "warn") },
});
process.on("message", async (asked) => {
  if (asked === "close") {
    await server.close();
    process.exit(0);
  }
  const longestTurnMs = loop.max / 1e6;
  const { user, system } = process.cpuUsage();
  const time = { busyMs: performance.eventLoopUtilization().active, cpuMs: (user + system) / 1_000 };
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send({ heldBytes: heapUsed + external, logged, longestTurnMs, ...time });
  loop.reset();
});
process.send({ url: server.url });
