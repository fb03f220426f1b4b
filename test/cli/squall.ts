/** Real `squall` processes on a real small mesh: `front` calls `back` through the agent. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test as base } from "vitest";
import { checkJournals } from "../journals.ts";
import { freePorts } from "../ports.ts";
import { startLive } from "../starved.ts";

export const ROOT = resolve(import.meta.dirname, "../..");
export const SQUALL = join(ROOT, "cli/squall.js");
const SERVICE = join(import.meta.dirname, "pair/service.mjs");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Output so far, of both streams. */
  said(): string;
  /** Resolves once stdout or stderr has shown the text; rejects when the process ends without. */
  shows(text: string | RegExp): Promise<void>;
}
export interface Yard {
  /** A folder for files, where squall runs. */
  readonly folder: string;
  readonly home: string;
  put(path: string, text: string): string;
  start(argv: readonly string[], environment?: Record<string, string>, stdin?: string): Running;
  /** Starts a run, and resolves once the output shows the text. A run that was starved in its baseline is started again. */
  startLive(argv: readonly string[], text: string | RegExp): Promise<Running>;
  squall(argv: readonly string[], environment?: Record<string, string>, stdin?: string): Promise<Ended>;
  remove(): void;
}

/** Variables of the surrounding environment that a test must not inherit. */
const CLEAN = { GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "", CI: "", NO_COLOR: "1", FORCE_COLOR: "", COLUMNS: "100" };

export const openYard = (): Yard => {
  const folder = mkdtempSync(join(tmpdir(), "squall-cli-"));
  const home = join(folder, "home");
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return path;
  };
  const start: Yard["start"] = (argv, environment = {}, stdin) => {
    const env = { ...process.env, ...CLEAN, SQUALL_HOME: home, ...environment };
    const child = spawn(process.execPath, [SQUALL, ...argv], { cwd: folder, env, stdio: "pipe" });
    child.stdin!.on("error", () => {});
    child.stdin!.end(stdin ?? "");
    const heard = { stdout: "", stderr: "" };
    const waiting = new Set<() => void>();
    for (const stream of ["stdout", "stderr"] as const)
      child[stream]!.setEncoding("utf8").on("data", (text: string) => {
        heard[stream] += text;
        for (const look of [...waiting]) look();
      });
    const ended = new Promise<Ended>((done) => child.on("close", (code) => done({ code, ...heard })));
    const shows = (text: string | RegExp) =>
      new Promise<void>((done, fail) => {
        const look = () => {
          const all = heard.stdout + heard.stderr;
          if (typeof text === "string" ? !all.includes(text) : !text.test(all)) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
        ended.then(({ stdout, stderr }) => fail(new Error(`ended without ${text}:\n${stdout}\n${stderr}`)), fail);
      });
    return { child, ended, shows, said: () => heard.stdout + heard.stderr };
  };
  const startRun = async (argv: readonly string[], text: string | RegExp): Promise<Running> => {
    const shows = ({ said }: Running) => (typeof text === "string" ? said().includes(text) : text.test(said()));
    const begin = () => {
      const running = start(argv);
      return { ...running, closed: running.ended };
    };
    return startLive(begin, shows);
  };
  return {
    ...{ folder, home, put, start, startLive: startRun },
    squall: (...given) => start(...given).ended,
    remove() {
      checkJournals(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const pairMesh = async (name = "pair"): Promise<string> => {
  const [front, back, edge] = await freePorts(3);
  return `
apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: ${name} }
spec:
  services:
    front:
      command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(SERVICE)}]
      env: { PORT: "${front}", NEXT: "127.0.0.1:${edge}" }
      endpoints: ["127.0.0.1:${front}"]
      ready: { http: /healthz }
    back:
      command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(SERVICE)}]
      env: { PORT: "${back}" }
      endpoints: ["127.0.0.1:${back}"]
      ready: { http: /healthz }
  edges: [{ from: front, to: back, listen: "127.0.0.1:${edge}", protocol: http }]
`;
};

export interface Shape {
  readonly name: string;
  readonly fault?: string;
  readonly match?: string;
  readonly during?: string;
  readonly objective?: string;
  readonly labels?: string;
  readonly file?: string;
}
/** Front must answer 2xx within 500 ms, while `fault` is live on the edge from front to back. */
export const pairExperiment = ({ name, fault, match, during = "3s", objective = "95%", labels }: Shape): string => `
apiVersion: squall.dev/v1
kind: Experiment
metadata:
  name: ${name}
  labels: { ${labels ?? "suite: pair"} }
spec:
  description: Front answers although back is in trouble.
  mesh: ./mesh.yaml
  phases: { warmup: 300ms, baseline: 1s, during: ${during}, recovery: { within: 5s, hold: 500ms } }
  hypothesis:
    - name: front answers
      http: { to: front, path: /, every: 20ms, timeout: 1s }
      good: { status: 2xx, within: 500ms }
      objective: ${objective}
  faults:
    - name: back is in trouble
      edge: { from: front, to: back }
      ${match === undefined ? "" : `match: ${match}`}
      ${fault ?? "latency: { delay: 30ms }"}
`;

/** Pids of services of this mesh, by the port given only to those services. */
export const meshProcesses = (mesh: string): readonly string[] => {
  const [, port] = /PORT: "(\d+)"/.exec(mesh)!;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`PORT=${port}\0`);
      } catch {
        return false;
      }
    });
};

export interface PairYard extends Yard {
  read(path: string): string;
  /** Folders of `$SQUALL_HOME/runs`: a folder for each server. */
  runFolders(): readonly string[];
  /** Pids of services of the yard's `mesh.yaml`. */
  left(): readonly string[];
}
/** A yard with the pair in `mesh.yaml`. */
export const openPairYard = async (): Promise<PairYard> => {
  const yard = openYard();
  const read = (path: string) => readFileSync(join(yard.folder, path), "utf8");
  const runs = join(yard.home, "runs");
  yard.put("mesh.yaml", await pairMesh());
  return {
    ...{ ...yard, read, left: () => meshProcesses(read("mesh.yaml")) },
    runFolders: () => (existsSync(runs) ? readdirSync(runs) : []),
  };
};
/** Each test has a separate yard, so that tests can run at the same time. */
export const it = base.extend<{ readonly yard: PairYard }>({
  yard: async ({ task: _ }, use) => {
    const yard = await openPairYard();
    await use(yard);
    yard.remove();
  },
});
