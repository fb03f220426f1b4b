/** Smallest real mesh: a service, an edge with an agent, and the built `squall` run against the edge. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { RunReport } from "../experiments/model/report/report.ts";
import { checkJournals } from "./journals.ts";
import { freePort } from "./ports.ts";
import { repeatStarved } from "./starved.ts";

export const ROOT = resolve(import.meta.dirname, "..");

/** Temporary home folder, removed after `use`. */
export const withHome = async <T>(use: (home: string) => Promise<T>): Promise<T> => {
  const home = mkdtempSync(join(tmpdir(), "squall-test-"));
  try {
    const result = await use(home);
    checkJournals(home);
    return result;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

export interface Tiny {
  /** URL of the edge, through the agent: `http://127.0.0.1:port`. */
  readonly edge: string;
  readonly edgePort: number;
  readonly servicePort: number;
  readonly mesh: string;
}
/**
 * Writes `mesh.yaml`: `caller` → `callee`, which answers every request with 200 (500 with `env: { STATUS: "500" }`).
 */
export const writeMesh = async (
  home: string,
  { env = "", ports }: { env?: string; ports?: readonly [number, number] } = {},
): Promise<Tiny> => {
  const [servicePort, edgePort] = ports ?? [await freePort(), await freePort()];
  const mesh = join(home, "mesh.yaml");
  writeFileSync(
    mesh,
    `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: tiny }
spec:
  directory: ${ROOT}/test
  services:
    caller: {}
    callee: { command: [node, service.mjs], env: { PORT: "${servicePort}" ${env} }, endpoints: ["127.0.0.1:${servicePort}"] }
  edges: [{ from: caller, to: callee, listen: "127.0.0.1:${edgePort}" }]
`,
  );
  return { edge: `http://127.0.0.1:${edgePort}`, edgePort, servicePort, mesh };
};

export interface Parts {
  readonly name?: string;
  readonly phases?: string;
  /** YAML lines of the probe's expectation. */
  readonly hypothesis?: string;
  readonly faults: string;
  readonly more?: string;
}
/** Writes an experiment on the tiny mesh; the probe goes through the edge, sequentially. */
export const writeExperiment = (home: string, { edge }: Tiny, parts: Parts): string => {
  const name = parts.name ?? "tiny";
  const file = join(home, `${name}.yaml`);
  const phases = parts.phases ?? "{ warmup: 200ms, baseline: 1s, during: 2s, recovery: { within: 3s, hold: 500ms } }";
  const look = `    - { name: it answers, http: { url: "${edge}/", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }`;
  writeFileSync(
    file,
    `apiVersion: squall.dev/v1
kind: Experiment
metadata: { name: ${name} }
spec:
  mesh: ./mesh.yaml
  phases: ${phases}
${parts.more ?? ""}
  hypothesis:
${parts.hypothesis ?? look}
  faults:
${parts.faults}
`,
  );
  return file;
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Document {
  readonly schemaVersion: 1;
  readonly exitCode: number;
  readonly runs: readonly RunReport[];
}
export const environmentOf = (home: string) => ({
  ...process.env,
  SQUALL_HOME: home,
  NO_COLOR: "1",
  GITHUB_ACTIONS: "",
});
export const start = (home: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ["cli/squall.js", ...args], {
    cwd: ROOT,
    env: environmentOf(home),
    stdio: ["ignore", "pipe", "pipe"],
  });
export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((done) => {
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (bytes) => (stdout += bytes));
    child.stderr?.on("data", (bytes) => (stderr += bytes));
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
export const squall = (home: string, ...args: readonly string[]): Promise<Ended> => ended(start(home, args));
const runOnce = async (home: string, args: readonly string[]): Promise<Document & Ended> => {
  const result = await squall(home, "run", ...args, "--json");
  if (!result.stdout.startsWith("{")) throw new Error(`no document on stdout (exit ${result.code}):\n${result.stderr}`);
  return { ...(JSON.parse(result.stdout) as Document), ...result };
};
/**
 * Runs the experiment with `--json` and parses the document. A starved run is repeated; tests with `--repeat` count
 * their starved runs themselves.
 */
export const run = (home: string, ...args: readonly string[]): Promise<Document & Ended> =>
  args.includes("--repeat")
    ? runOnce(home, args)
    : repeatStarved(
        () => runOnce(home, args),
        ({ code, runs }) => ({ code, text: runs.map(({ reason }) => reason).join() }),
      );
