/**
 * The shop's experiments on processes, by the real command: what is killed comes back, what is paused goes on, and the
 * verdict is the file's.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { checkJournals } from "../journals.ts";
import { openNetwork } from "../network.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SHOP = join(ROOT, "experiments/shop");
const FILES = readdirSync(SHOP).filter((file) => /-a-(killed|paused|restarted)-/.test(file));
const PATIENCE_MS = FILES.length * 40_000;

const home = mkdtempSync(join(tmpdir(), "squall-home-"));
let runs: readonly RunReport[] = [];
beforeAll(async () => {
  const network = await openNetwork();
  const argv = [process.execPath, join(ROOT, "cli/squall.js"), "run", ...FILES.map((file) => join(SHOP, file))];
  const [command, ...words] = network.within([...argv, "--json"]);
  const child = spawn(command, words, { cwd: ROOT, env: { ...process.env, SQUALL_HOME: home, GITHUB_ACTIONS: "" } });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.resume();
  await new Promise((done) => child.once("close", done));
  await network.close();
  runs = (JSON.parse(output) as { runs: readonly RunReport[] }).runs;
}, PATIENCE_MS);
afterAll(() => {
  checkJournals(home);
  rmSync(home, { recursive: true, force: true });
});
const runOf = (name: string): RunReport => runs.find(({ experiment }) => experiment === name)!;

describe("the shop, with its processes struck", () => {
  it.each([
    ["checkout-survives-a-killed-payments", "HELD", "held", "kill"],
    ["checkout-survives-a-restarted-payments", "HELD", "held", "restart"],
    ["checkout-survives-a-paused-payments", "HELD", "held", "pause"],
    ["checkout-fails-on-a-killed-inventory", "BROKEN", "expectation", "kill"],
    ["checkout-hangs-on-a-paused-ledger", "BROKEN", "expectation", "pause"],
  ] as const)("%s ends %s, every strike seen and undone", (name, verdict, because, kind) => {
    const run = runOf(name);
    expect([run.verdict, run.because, run.reason]).toEqual([verdict, because, expect.any(String)]);
    const { strikes = [] } = run;
    expect(strikes.length).toBeGreaterThan(0);
    expect(strikes.every((strike) => strike.kind === kind && (strike.awayMs ?? 0) > 0)).toBe(true);
    for (const { seen, matched, injected, spared, capped, untouched } of run.receipts) {
      expect(injected + spared + capped + untouched).toBe(matched);
      expect(seen).toBeGreaterThanOrEqual(matched);
    }
    expect(run.receipts.some(({ injected }) => injected > 0)).toBe(true);
    expect(run.audit.map(({ grade }) => grade)).toEqual(["attested"]);
    expect(run.exits ?? []).toEqual([]);
  });
  it("kills again each interval, and once where no interval is given", () => {
    expect(runOf("checkout-survives-a-killed-payments").strikes!.length).toBeGreaterThanOrEqual(2);
    expect(runOf("checkout-fails-on-a-killed-inventory").strikes).toHaveLength(1);
  });
  it("waits as long as the file says before a killed service is started", () => {
    for (const { awayMs } of runOf("checkout-survives-a-killed-payments").strikes!)
      expect(awayMs!).toBeGreaterThanOrEqual(1_000);
  });
});
