/** Traffic through an edge during a stop: records when the last request was hit by the edge's fault. */
import { request } from "node:http";
import type { PairYard } from "../cli/squall.ts";

/** Status of a faulted answer in these tests; no service of these tests answers with that status. */
export const FAULT_STATUS = 503;
export const ABORT = `abort: { status: ${FAULT_STATUS} }`;
/** Match for these requests alone: the run's own probe is spared, so that the hypothesis does not end the run early. */
export const WATCHED = "{ path: /watched }";
const EVERY_MS = 10;

export interface Faulted {
  /** `performance.now()` at the answer of the last request that the fault hit; 0: none was. */
  lastMs(): number;
  stop(): void;
}
const ask = (port: number, hit: () => void): void => {
  const asked = request({ host: "127.0.0.1", port, path: "/watched", agent: false, timeout: 1_000 }, (response) => {
    response.resume();
    if (response.statusCode === FAULT_STATUS) hit();
  });
  // A refused or ended connection means that no fault acts.
  asked.on("error", () => {}).on("timeout", () => asked.destroy());
  asked.end();
};
export const watchFaults = (port: number): Faulted => {
  let lastMs = 0;
  const timer = setInterval(() => {
    ask(port, () => {
      lastMs = performance.now();
    });
  }, EVERY_MS);
  return { lastMs: () => lastMs, stop: () => clearInterval(timer) };
};
/** Port of the single edge of a yard's mesh. */
export const edgePortOf = (yard: PairYard): number =>
  Number(/listen: "127\.0\.0\.1:(\d+)"/.exec(yard.read("mesh.yaml"))![1]);
