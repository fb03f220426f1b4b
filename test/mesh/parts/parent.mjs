// A parent that can be killed: starts the mesh it is given on stdin, tells what happens as JSON lines, and stays.
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
