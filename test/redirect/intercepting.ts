/** An agent with `--intercept` in a room of its callers, with local control as the only way to order faults. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import type { Room } from "../crash/networks.ts";
import { ROOT } from "../tiny.ts";
import { until } from "../waiting.ts";
import { type House, runIn } from "./house.ts";

const MAIN = join(ROOT, "dist/agent/main.js");

export interface Status {
  readonly pid: number;
  readonly edges: readonly { readonly id: string; readonly listen: string }[];
  readonly faults: readonly unknown[];
  readonly remains: { readonly live: number; readonly external: number };
  readonly receipts: readonly Receipt[];
}
export interface InterceptingAgent {
  /** Pid of the process that was started. */
  readonly pid: number;
  readonly log: () => string;
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  status(): Promise<Status>;
  /** Orders faults in the form of an experiment file. */
  apply(...faults: readonly object[]): Promise<void>;
  drop(): Promise<void>;
  upgrade(): Promise<number>;
  receipt(fault: string): Promise<Receipt>;
}

const ask = <T>(socketPath: string, method: string, path: string, body: unknown = null): Promise<T> =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      if (response.statusCode === 200) resolve(JSON.parse(text) as T);
      else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
    });
    asked.on("error", reject).end(method === "GET" ? undefined : JSON.stringify(body));
  });

/** Folder of a test; `mesh`: file of kind Mesh there. */
export const openFolder = (spec: object) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-redirect-"));
  const mesh = join(folder, "mesh.yaml");
  const write = (to: object) =>
    writeFileSync(
      mesh,
      // JSON is YAML.
      JSON.stringify({ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" }, spec: to }),
    );
  write(spec);
  return { folder, mesh, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

let agents = 0;
/** Starts the agent; resolves when its edges are served, or when it has ended. */
export const startIntercepting = async (
  house: House,
  room: Room,
  { folder, mesh }: { readonly folder: string; readonly mesh: string },
  { argv = [], service = "checkout", before = [] as readonly string[], env = process.env } = {},
): Promise<InterceptingAgent> => {
  agents += 1;
  const control = join(folder, `${agents}.sock`);
  const flags = ["--mesh", mesh, "--service", service, "--instance", `agent-${agents}`, "--control", control, ...argv];
  const child = house.start(room, [...before, process.execPath, MAIN, "--intercept", ...flags], env);
  let [output, log] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = new Promise<number | NodeJS.Signals>((done) =>
    child.once("exit", (code, signal) => done(signal ?? code ?? -1)),
  );
  await until(
    "the agent serves its edges",
    () => output.includes("listening") || child.exitCode !== null || child.signalCode !== null,
    30_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${log}`);
  });
  const status = () => ask<Status>(control, "GET", "/v1/status");
  return {
    ...{ pid: child.pid!, log: () => log, ended, status },
    kill: (signal) => {
      child.kill(signal);
    },
    apply: async (...faults) => {
      await ask(control, "POST", "/v1/apply", { faults });
    },
    drop: async () => {
      await ask(control, "POST", "/v1/drop");
    },
    upgrade: async () => (await ask<{ readonly successor: number }>(control, "POST", "/v1/upgrade", {})).successor,
    receipt: async (fault) => {
      const found = (await status()).receipts.filter(({ fault: name }) => name === fault).at(-1);
      if (found === undefined) throw new Error(`no receipt of ${fault}`);
      return found;
    },
  };
};

/** Pids of the processes of the gates of an agent: of their shells, and of nft. */
export const gatesOf = (
  room: Room,
  agent: number,
): { readonly shells: readonly number[]; readonly nfts: readonly number[] } => {
  const rows = runIn(room, "ps", "-eo", "pid=,ppid=,args=")
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .map(([pid, parent, ...words]) => ({ pid: Number(pid), parent: Number(parent), command: words.join(" ") }));
  const below = (of: number): typeof rows => {
    const children = rows.filter(({ parent }) => parent === of);
    return [...children, ...children.flatMap(({ pid }) => below(pid))];
  };
  const all = below(agent);
  return {
    shells: all.filter(({ command }) => command.includes("gate.sh")).map(({ pid }) => pid),
    nfts: all.filter(({ command }) => command.startsWith("nft -i")).map(({ pid }) => pid),
  };
};
