/** Asks for /healthz again and again, in a process of its own: nothing that the test does holds it up. */
import { request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";

const url = new URL("/healthz", process.argv[2]);
const lag = monitorEventLoopDelay({ resolution: 5 });
lag.enable();
const took = [];
let failed = 0;
const ask = () =>
  new Promise((resolve) => {
    const startedMs = performance.now();
    const asked = request(url, { agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      response.on("end", () => {
        took.push(performance.now() - startedMs);
        if (response.statusCode !== 200) failed++;
        resolve();
      });
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => {
      failed++;
      resolve();
    });
    asked.end();
  });
let over = false;
process.on("message", () => {
  over = true;
});
while (!over) {
  await ask();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const sorted = took.toSorted((a, b) => a - b);
process.send({
  asked: took.length,
  failed,
  medianMs: sorted[Math.floor(sorted.length / 2)],
  p99Ms: sorted[Math.floor(sorted.length * 0.99)],
  worstMs: sorted.at(-1),
  ownLagMs: lag.max / 1e6,
});
process.disconnect();
