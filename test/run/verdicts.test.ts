/** End of a run, in every way that exists: real processes, real traffic, the exit code and the JSON document. */

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ended, run, squall, start, withHome, writeExperiment, writeMesh } from "../tiny.ts";

const ABORT = "    - { name: it fails, edge: { from: caller, to: callee }, share: 100%, abort: { status: 503 } }";
const LATE = "    - { name: it is late, edge: { from: caller, to: callee }, latency: { delay: 50ms } }";

describe.concurrent("a run from the front door", () => {
  it("is HELD with receipts, recovery and a clean audit when the hypothesis holds", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const { runs, exitCode, code } = await run(home, writeExperiment(home, tiny, { faults: LATE }));
      const [{ verdict, receipts, audit, residue, expectations, recoveredMs } = {} as never] = runs;
      expect({ verdict, exitCode, code }).toEqual({ verdict: "HELD", exitCode: 0, code: 0 });
      expect(receipts[0]!.injected).toBeGreaterThan(10);
      expect(receipts[0]!.matched).toBe(
        receipts[0]!.injected + receipts[0]!.spared + receipts[0]!.capped + receipts[0]!.untouched,
      );
      expect(audit.map(({ grade }) => grade)).toEqual(["attested"]);
      expect(residue).toEqual([]);
      expect(expectations[0]!.phases.during!.good).toBeGreaterThan(10);
      expect(recoveredMs).not.toBeNull();
    }));

  it("is BROKEN with numbers in its reason when an expectation does not hold", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const { runs, code } = await run(home, writeExperiment(home, tiny, { faults: ABORT }));
      expect(code).toBe(1);
      expect(runs[0]).toMatchObject({ verdict: "BROKEN", because: "expectation" });
      expect(runs[0]!.reason).toMatch(/\d+ of \d+/);
      expect(runs[0]!.audit.map(({ grade }) => grade)).toEqual(["attested"]);
    }));

  it("is INCONCLUSIVE no-hits when the match hits nothing", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const faults =
        "    - { name: elsewhere, edge: { from: caller, to: callee }, match: { path: /nowhere }, abort: { status: 503 } }";
      const { runs, code } = await run(home, writeExperiment(home, tiny, { faults }));
      expect(code).toBe(3);
      expect(runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "no-hits" });
      expect(runs[0]!.receipts[0]).toMatchObject({ matched: 0, injected: 0 });
    }));

  it("is INCONCLUSIVE, and nothing is injected, when the baseline is not steady", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home, { env: ', STATUS: "500"' });
      const { runs, code } = await run(home, writeExperiment(home, tiny, { faults: ABORT }));
      expect(code).toBe(3);
      expect(runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "baseline-not-steady", injected: false });
      expect(runs[0]!.receipts.every(({ injected }) => injected === 0)).toBe(true);
    }));

  it("is INCONCLUSIVE could-not-break when the share is too small to break anything", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const faults =
        "    - { name: rarely, edge: { from: caller, to: callee }, share: 4%, hits: { atLeast: 1 }, abort: { status: 503 } }";
      const { runs, code } = await run(home, "--seed", "3", writeExperiment(home, tiny, { faults }));
      expect(code).toBe(3);
      expect(runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "could-not-break" });
    }));

  it("is INVALID with line, column and suggestion for a typo, and starts nothing", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const good = writeExperiment(home, tiny, { name: "good", faults: LATE });
      const bad = writeExperiment(home, tiny, { name: "bad", faults: LATE.replace("latency", "latencey") });
      const { code, stderr } = await squall(home, "run", good, bad);
      expect(code).toBe(2);
      expect(stderr).toMatch(/bad\.yaml:\d+:\d+/);
      expect(stderr).toContain("did you mean `latency`");
      expect(stderr).not.toContain("baseline");
    }));

  it("invariant 19: is INVALID for a second run on the same ports, names the holder, and leaves the first unharmed", () =>
    withHome((home) =>
      withHome(async (other) => {
        const tiny = await writeMesh(home);
        const first = ended(start(home, ["run", writeExperiment(home, tiny, { faults: LATE }), "--json"]));
        while (
          !(await fetch(tiny.edge).then(
            (reply) => reply.ok,
            () => false,
          ))
        )
          await sleep(50);
        const second = await writeMesh(other, { ports: [tiny.servicePort, tiny.edgePort] });
        const refused = await squall(other, "run", writeExperiment(other, second, { faults: ABORT }));
        expect(refused.code).toBe(2);
        expect(`${refused.stdout}${refused.stderr}`).toMatch(
          new RegExp(`127\\.0\\.0\\.1:(${tiny.servicePort}|${tiny.edgePort})`),
        );
        expect(`${refused.stdout}${refused.stderr}`).toMatch(/pid \d+/);
        const { code, stdout } = await first;
        expect(code).toBe(0);
        expect(JSON.parse(stdout).runs[0]).toMatchObject({ verdict: "HELD" });
      }),
    ));

  it.each(["SIGINT", "SIGTERM"] as const)("is HALTED within 2 s of %s, with a clean audit, and exits 4", (signal) =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const faults =
        "    - { name: half fail, edge: { from: caller, to: callee }, share: 50%, abort: { status: 503 } }";
      const phases = "{ warmup: 100ms, baseline: 1s, during: 30s, recovery: { within: 3s, hold: 500ms } }";
      const hypothesis = `    - { name: it answers, http: { url: "${tiny.edge}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 10% }`;
      const child = start(home, ["run", writeExperiment(home, tiny, { faults, phases, hypothesis }), "--json"]);
      const result = ended(child);
      for (let failed = false; !failed; await sleep(20))
        failed = await fetch(tiny.edge).then(
          (reply) => reply.status === 503,
          () => false,
        );
      child.kill(signal);
      const { code, stdout } = await result;
      expect(code).toBe(4);
      const [report] = JSON.parse(stdout).runs;
      expect(report).toMatchObject({ verdict: "HALTED", because: "interrupted", residue: [] });
      expect(report.audit.map(({ grade }: { grade: string }) => grade)).toEqual(["attested"]);
    }),
  );

  it("is HALTED by a guardrail that trips", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const faults =
        "    - { name: half fail, edge: { from: caller, to: callee }, share: 50%, abort: { status: 503 } }";
      const hypothesis = `    - { name: it answers, http: { url: "${tiny.edge}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 10% }`;
      const more = `  halt:\n    - { name: no errors at all, http: { url: "${tiny.edge}/", every: 20ms }, good: { status: 2xx, within: 500ms }, trip: { bad: 3, of: 8 } }`;
      const { runs, code } = await run(home, writeExperiment(home, tiny, { faults, hypothesis, more }));
      expect(code).toBe(4);
      expect(runs[0]).toMatchObject({ verdict: "HALTED", because: "guardrail" });
      expect(runs[0]!.reason).toContain("no errors at all");
    }));

  it("invariant 17: stops hitting at limits.requests and goes on", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const { runs } = await run(
        home,
        writeExperiment(home, tiny, { faults: LATE, more: "  limits: { requests: 5 }" }),
      );
      expect(runs[0]!.receipts[0]!.injected).toBe(5);
      expect(runs[0]!.receipts[0]!.capped).toBeGreaterThan(5);
    }));

  it("gives no verdict for --only baseline and for --shadow, which touches nothing", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const file = writeExperiment(home, tiny, { faults: ABORT });
      const only = await run(home, file, "--only", "baseline");
      expect(only.runs[0]).toMatchObject({ verdict: null, because: "baseline-only", injected: false });
      const shadow = await run(home, file, "--shadow");
      expect(shadow.runs[0]).toMatchObject({ verdict: null, because: "shadow" });
      expect(shadow.runs[0]!.receipts[0]).toMatchObject({ injected: 0 });
      expect(shadow.runs[0]!.receipts[0]!.matched).toBeGreaterThan(10);
      expect(shadow.runs[0]!.expectations[0]!.phases.during!.bad).toBe(0);
    }));

  it("invariant 24: keeps a substituted value out of everything it prints and records", () =>
    withHome(async (home) => {
      const tiny = await writeMesh(home);
      const hypothesis = `    - { name: it answers, http: { url: "${tiny.edge}/", headers: { authorization: "Bearer \${CANARY}" }, rate: 50/s, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }`;
      const file = writeExperiment(home, tiny, { faults: LATE, hypothesis });
      const canary = "canary-5f1c9a";
      const result = await run(home, file, "--set", `CANARY=${canary}`, "--report", join(home, "report"));
      expect(result.code).toBe(0);
      expect(`${result.stdout}${result.stderr}`).not.toContain(canary);
      const { execFileSync } = await import("node:child_process");
      const hits = execFileSync("sh", ["-c", `grep -rlaF '${canary}' '${home}' || true`], { encoding: "utf8" });
      expect(hits).toBe("");
    }));

  it("asks an upstream outside the mesh too, and counts a refused connection as bad", () =>
    withHome(async (home) => {
      const server = createServer((_q, s) => s.end("ok")).listen(0, "127.0.0.1");
      const tiny = await writeMesh(home);
      const { port } = server.address() as { port: number };
      const hypothesis = `    - { name: outside, http: { url: "http://127.0.0.1:${port}/", rate: 50/s }, good: { status: 2xx, within: 500ms }, objective: 99% }`;
      writeFileSync(join(home, "unused"), "");
      server.close();
      server.closeAllConnections();
      const { runs } = await run(home, writeExperiment(home, tiny, { faults: LATE, hypothesis }));
      expect(runs[0]).toMatchObject({ verdict: "INCONCLUSIVE", because: "baseline-not-steady" });
      expect(runs[0]!.expectations[0]!.phases.baseline!.bad).toBeGreaterThan(30);
    }));
});
