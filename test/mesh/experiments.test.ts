/**
 * The experiments of the shop, run by the real command on the real mesh, reach the verdicts stated in their files, with
 * the proof: two of each verdict on every change, all experiments in a soak.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocuments } from "../../experiments/model/document/document.ts";
import type { Experiment } from "../../experiments/model/experiment/experiment.ts";
import { expectedOf } from "../../experiments/model/form/annotations.ts";
import { readExperiment } from "../../experiments/model/read/experiment.ts";
import { checkJournals } from "../journals.ts";
import { MOST_SHOPS, openNetwork } from "../network.ts";
import { often } from "../soak.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SHOP = join(ROOT, "experiments/shop");
const MESHES = ["mesh.yaml", "open.yaml", "composed.yaml"];

interface Receipt {
  readonly seen: number;
  readonly matched: number;
  readonly injected: number;
  readonly spared: number;
  readonly capped: number;
  readonly untouched: number;
}
interface Run {
  readonly experiment: string;
  readonly verdict: string;
  readonly because: string;
  readonly reason: string;
  readonly receipts: readonly Receipt[];
  readonly audit: readonly { readonly grade: string }[];
  readonly residue: readonly unknown[];
}

const experimentOf = (file: string): Experiment => {
  const { documents } = readDocuments(readFileSync(join(SHOP, file), "utf8"), file);
  return (readExperiment(documents[0]!) as { experiment: Experiment }).experiment;
};
const ALL = readdirSync(SHOP).filter((file) => file.endsWith(".yaml") && !MESHES.includes(file));
const endOf = (file: string): string => JSON.stringify(expectedOf(experimentOf(file).annotations));
const FILES = often(
  ALL.filter((file, i) => ALL.slice(0, i).filter((before) => endOf(before) === endOf(file)).length < 2),
  ALL,
);
/** Timeout: each experiment takes some ten seconds, mostly waiting. */
const PATIENCE_MS = FILES.length * 25_000;

type Variables = Readonly<Record<string, string>>;
const squall = ([command, ...argv]: readonly [string, ...string[]], home: string, more: Variables): Promise<string> =>
  new Promise((done) => {
    const env = { ...process.env, SQUALL_HOME: home, GITHUB_ACTIONS: "", ...more };
    const child = spawn(command, argv, { cwd: ROOT, env });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.resume();
    child.once("close", () => done(output));
  });

const home = mkdtempSync(join(tmpdir(), "squall-home-"));
/** Runs the experiments in sequence on a single shop. */
const runsOf = async (files: readonly string[], variables: Variables = {}): Promise<readonly Run[]> => {
  const network = await openNetwork();
  try {
    const argv = [process.execPath, join(ROOT, "cli/squall.js"), "run", ...files.map((file) => join(SHOP, file))];
    const output = await squall(network.within([...argv, "--json"]), home, variables);
    return (JSON.parse(output) as { runs: readonly Run[] }).runs;
  } finally {
    await network.close();
  }
};
let runs: readonly Run[] = [];
beforeAll(async () => {
  const lots = Array.from({ length: MOST_SHOPS }, (_, lot) => FILES.filter((_file, i) => i % MOST_SHOPS === lot));
  runs = (await Promise.all(lots.map((files) => runsOf(files)))).flat();
  // Both reasons mean that this machine was too busy to sample, or to pass traffic, in time. Neither is evidence about
  // the shop, and such runs are repeated, twice at most.
  for (let attempt = 0; attempt < 2; attempt++) {
    const starved = runs
      .filter(({ because }) => ["errored", "agent-stalled"].includes(because))
      .map(({ experiment }) => experiment);
    if (starved.length === 0) return;
    const again = await runsOf(starved.map((name) => `${name}.yaml`));
    runs = [...again, ...runs.filter(({ experiment }) => !starved.includes(experiment))];
  }
}, PATIENCE_MS);
afterAll(() => {
  checkJournals(home);
  rmSync(home, { recursive: true, force: true });
});

describe.each(FILES)("%s", (file) => {
  const run = () => runs.find(({ experiment }) => experiment === basename(file, ".yaml"))!;

  it("comes to what it says it will", () => {
    const { verdict, because } = expectedOf(experimentOf(file).annotations)!;
    const { verdict: found, because: why, reason } = run();
    expect({ found, why: because === null ? null : why, reason }).toEqual({ found: verdict, why: because, reason });
  });

  it("has receipts that add up, and that prove what it claims", () => {
    const { faults } = experimentOf(file);
    const { receipts, verdict } = run();
    for (const { seen, matched, injected, spared, capped, untouched } of receipts) {
      expect(seen).toBeGreaterThanOrEqual(matched);
      expect(injected + spared + capped + untouched).toBe(matched);
    }
    const injected = receipts.reduce((sum, receipt) => sum + receipt.injected, 0);
    if (verdict === "INCONCLUSIVE") expect(injected).toBe(0);
    else expect(injected).toBeGreaterThanOrEqual(verdict === "HELD" ? faults[0]!.hits.atLeast : 1);
  });

  it("leaves no fault behind: every agent attests it", () => {
    const { audit, residue } = run();
    expect(residue).toEqual([]);
    expect(audit.map(({ grade }) => grade)).toEqual(audit.map(() => "attested"));
  });
});

describe("what the shop survives", () => {
  const held = FILES.filter((file) => expectedOf(experimentOf(file).annotations)?.verdict === "HELD");
  const SHOWN = often(["browsing-beside-a-slow-payments.yaml", ...held.slice(0, 1)], held);
  it("breaks it without its defences: a HELD means something", { timeout: SHOWN.length * 25_000 }, async () => {
    const lots = Array.from({ length: MOST_SHOPS }, (_, lot) => SHOWN.filter((_file, i) => i % MOST_SHOPS === lot));
    const bare = await Promise.all(lots.map((files) => runsOf(files, { SHOP_DEFENCES: "off" })));
    const ends = bare.flat().map(({ experiment, verdict, because }) => [experiment, verdict, because]);
    expect(ends.sort()).toEqual([...SHOWN].sort().map((file) => [basename(file, ".yaml"), "BROKEN", "expectation"]));
  });
});
