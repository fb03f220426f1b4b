/**
 * Polls /healthz from a separate process, so that the test's own work does not delay it, and in turn an idle control
 * server in a third process: the control's latency is the share of the machine itself.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";

const [url] = process.argv.slice(2);
if (url === undefined) {
  const server = createServer((_request, response) => response.end("{}"));
  server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
  process.on("disconnect", () => process.exit(0));
} else {
  const idle = fork(import.meta.filename, []);
  const [control] = await once(idle, "message");
  const ask = (from, to) =>
    new Promise((resolve) => {
      const startedMs = performance.now();
      const asked = request(new URL("/healthz", from), { agent: false, timeout: 10_000 }, (response) => {
        response.resume();
        response.on("end", () => {
          to.took.push(performance.now() - startedMs);
          if (response.statusCode !== 200) to.failed++;
          resolve();
        });
      });
      asked.on("timeout", () => asked.destroy());
      asked.on("error", () => {
        to.failed++;
        resolve();
      });
      asked.end();
    });
  const [health, machine] = [
    { took: [], failed: 0 },
    { took: [], failed: 0 },
  ];
  let over = false;
  process.once("message", () => {
    over = true;
  });
  while (!over) {
    await ask(url, health);
    await ask(control, machine);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const told = ({ took, failed }) => {
    const sorted = took.toSorted((a, b) => a - b);
    const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 10) / 10;
    return { asked: took.length, failed, medianMs: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
  };
  process.send({ health: told(health), machine: told(machine) });
  idle.disconnect();
  process.disconnect();
}
