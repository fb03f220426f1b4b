// A parent process for tests to kill: starts the mesh given on stdin, prints events as JSON lines, and stays alive.
import { readFileSync } from "node:fs";
import { startMesh } from "../../../dist/server/keeper/start.js";

const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const config = JSON.parse(readFileSync(0, "utf8"));
try {
  const running = await startMesh({
    ...config,
    onProgress: (progress) => say({ type: "progress", ...progress }),
    onAgentExit: (pid) => say({ type: "agent-exit", pid }),
  });
  say({ type: "ready", ...running });
} catch (error) {
  say({ type: "failed", because: error.because, message: error.message });
}
setInterval(() => {}, 1000);
