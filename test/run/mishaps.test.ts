/**
 * Mishaps beside the faults, on a real embedded mesh: a service that exits independently of the faults, an edge without
 * callers.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freePort } from "../ports.ts";
import { run, type Tiny, withHome, writeExperiment, writeMesh } from "../tiny.ts";

const LATE = "    - { name: it is late, edge: { from: caller, to: callee }, latency: { delay: 50ms } }";
/** Mesh of `writeMesh` plus a service that exits with code 3, `afterMs` after the first request. */
const withDying = async (home: string, afterMs: number): Promise<Tiny> => {
  const tiny = await writeMesh(home);
  mkdirSync(join(home, "dying"));
  const script = `
    const { createServer } = require("node:http");
    let begun = false;
    createServer((request, response) => {
      if (request.url === "/work" && !begun) { begun = true; setTimeout(() => process.exit(3), ${afterMs}); }
      response.end("ok");
    }).listen(Number(process.env.PORT), "127.0.0.1");`;
  writeFileSync(join(home, "dying", "dying.cjs"), script);
  const port = tiny.edgePort + 1;
  const ledger = `    ledger: { command: [node, "${home}/dying/dying.cjs"], env: { PORT: "${port}" }, endpoints: ["127.0.0.1:${port}"] }`;
  const mesh = readFileSync(tiny.mesh, "utf8").replace("    caller: {}", `    caller: {}\n${ledger}`);
  writeFileSync(tiny.mesh, mesh);
  return tiny;
};
/**
 * Mesh of `writeMesh` plus a caller that calls the callee directly at $CALLEE_URL: the caller does not know the agent. It
 * passes the trace on: by times alone, the few samples of a busy machine do not show that they met the fault.
 */
const withCaller = async (home: string): Promise<{ readonly tiny: Tiny; readonly port: number }> => {
  const tiny = await writeMesh(home);
  const port = await freePort();
  const script = `
    const { createServer, get } = require("node:http");
    createServer(({ headers: { traceparent, tracestate } }, response) => {
      get(process.env.CALLEE_URL, { headers: traceparent && { traceparent, tracestate } }, (answer) => {
        response.statusCode = answer.statusCode;
        answer.pipe(response);
      }).on("error", () => response.writeHead(502).end());
    }).listen(Number(process.env.PORT), "127.0.0.1");`;
  writeFileSync(join(home, "caller.cjs"), script);
  const env = `{ PORT: "${port}", CALLEE_URL: "http://localhost:${tiny.servicePort}" }`;
  const caller = `    caller: { command: [node, "${home}/caller.cjs"], env: ${env}, endpoints: ["127.0.0.1:${port}"] }`;
  writeFileSync(tiny.mesh, readFileSync(tiny.mesh, "utf8").replace("    caller: {}", caller));
  return { tiny, port };
};
/** Two expectations: frequent calls through the edge, and occasional calls of the ledger. */
const looks = ({ edge, edgePort }: Tiny) => `
    - { name: it answers, http: { url: "${edge}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }
    - { name: the ledger is asked, http: { url: "http://127.0.0.1:${edgePort + 1}/work", every: 100ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 1% }`;

describe.concurrent("a service that ends by itself in mid-run", () => {
  it("is named with the time and the fault that was live, in reason, document and JUnit", () =>
    withHome(async (home) => {
      const tiny = await withDying(home, 2_000);
      const phases = "{ warmup: 0s, baseline: 1s, during: 4s, recovery: { within: 3s, hold: 500ms } }";
      const file = writeExperiment(home, tiny, { faults: LATE, phases, hypothesis: looks(tiny) });
      const { runs } = await run(home, file, "--junit", join(home, "junit.xml"));
      const [{ reason, exits, spans } = {} as never] = runs;
      expect(reason).toMatch(/ledger exited with code 3 at \+\d\.\d s of during, while "it is late" was live\./);
      expect(exits).toEqual([
        { service: "ledger", how: "exited with code 3", atMs: expect.any(Number), live: ["it is late"] },
      ]);
      expect(exits![0]!.atMs).toBeGreaterThan(spans.during!.fromMs);
      expect(readFileSync(join(home, "junit.xml"), "utf8")).toContain("ledger exited with code 3");
    }));

  it("is said to have ended before any fault where it ended in the baseline", () =>
    withHome(async (home) => {
      const tiny = await withDying(home, 300);
      const phases = "{ warmup: 0s, baseline: 2s, during: 2s, recovery: { within: 3s, hold: 500ms } }";
      const file = writeExperiment(home, tiny, { faults: LATE, phases, hypothesis: looks(tiny) });
      const { runs } = await run(home, file);
      expect(runs[0]!.reason).toMatch(/ledger exited with code 3 at \+\d\.\d s of baseline, before any fault\./);
      expect(runs[0]!.exits).toHaveLength(1);
    }));
});

describe.concurrent("a faulted edge on which nothing passes in the baseline", () => {
  it("is warned of when the baseline is over, with the address that its caller is to call", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      // The probe bypasses the agent, like a caller that does not know the agent.
      const hypothesis = `    - { name: it answers, http: { url: "http://127.0.0.1:${tiny.servicePort}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }`;
      const phases = "{ warmup: 0s, baseline: 3s, during: 2s, recovery: { within: 3s, hold: 500ms } }";
      const { runs, stderr } = await run(home, writeExperiment(home, tiny, { faults: LATE, phases, hypothesis }));
      const warning = `Nothing passed the agent on caller → callee in the baseline: is caller configured to call 127.0.0.1:${tiny.edgePort}? caller must call 127.0.0.1:${tiny.edgePort} instead of 127.0.0.1:${tiny.servicePort}.`;
      expect(runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "no-hits", warnings: [warning] });
      const lines = stderr.split("\n");
      const warned = lines.findIndex((line) => line.includes(warning));
      expect(warned).toBeGreaterThan(-1);
      expect(warned).toBeLessThan(lines.findIndex((line) => line.includes("taking the faults away")));
    }));

  it("is warned of with the line for the caller's environment, and is in the path once that line is there", () =>
    withHome(async (home) => {
      const { tiny, port } = await withCaller(home);
      const hypothesis = `    - { name: it answers, http: { url: "http://127.0.0.1:${port}/", via: caller, every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }`;
      const phases = "{ warmup: 0s, baseline: 3s, during: 2s, recovery: { within: 3s, hold: 500ms } }";
      const file = writeExperiment(home, tiny, { faults: LATE, phases, hypothesis });
      const past = await run(home, file);
      expect(past.runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "no-hits" });
      const [warning] = past.runs[0]!.warnings!;
      const [, name, value] = /Put (\w+)=(\S+) into the environment of caller\.$/.exec(warning!) ?? [];
      expect({ name, value }, warning).toEqual({ name: "CALLEE_URL", value: `http://127.0.0.1:${tiny.edgePort}` });
      expect(past.stderr).toContain(`${name}=${value}`);
      const told = readFileSync(tiny.mesh, "utf8").replace(/CALLEE_URL: "[^"]*"/, `${name}: "${value}"`);
      writeFileSync(tiny.mesh, told);
      const through = await run(home, file);
      expect(through.runs[0], through.runs[0]!.reason).toMatchObject({ verdict: "HELD" });
      expect(through.runs[0]).not.toHaveProperty("warnings");
    }));

  it("is not where something passes", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const phases = "{ warmup: 0s, baseline: 3s, during: 2s, recovery: { within: 3s, hold: 500ms } }";
      const { runs } = await run(home, writeExperiment(home, tiny, { faults: LATE, phases }));
      expect(runs[0]!.verdict).toBe("HELD");
      expect(runs[0]).not.toHaveProperty("warnings");
    }));
});
