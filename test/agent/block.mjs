// Loaded before the agent: a port that blocks the agent's loop for as many ms as are written to it, and says so.
import { writeSync } from "node:fs";
import { createServer } from "node:net";

const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.on("data", (text) => {
    writeSync(2, `blocked ${text}\n`);
    const untilMs = performance.now() + Number(text);
    while (performance.now() < untilMs);
    writeSync(2, "free\n");
  });
});
server.listen(0, "127.0.0.1", () => writeSync(2, `block port ${server.address().port}\n`));
