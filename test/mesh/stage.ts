/** Helpers shared by the tests of the mesh: meshes of small real services, and checks for live processes. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import { edgeId } from "../../experiments/model/names.ts";
import { commandOf, everyProcess, statOf } from "../../server/keeper/processes.ts";
import type { MeshConfig } from "../../server/keeper/start.ts";
import { liveTargets } from "../../server/keeper/terminate.ts";

const PARTS = join(import.meta.dirname, "parts");
export const PARENT = join(PARTS, "parent.mjs");
export const AGENT = [process.execPath, join(PARTS, "agent.mjs")];

export type Mode = "" | "dies" | "stubborn" | "forks" | "escapes" | "deaf" | "sick";
export const service = (name: string, port: number, mode: Mode = "", more: Partial<Service> = {}): Service => ({
  name,
  labels: {},
  command: [process.execPath, "service.mjs"],
  env: { PORT: String(port), MODE: mode },
  endpoints: [{ address: `127.0.0.1:${port}`, labels: {} }],
  ready: { http: "/healthz" },
  startMs: 10_000,
  protected: false,
  ...more,
});

export const meshOf = (services: readonly Service[], listen: number): Mesh => {
  const [first, last] = [services[0]!.name, services.at(-1)!.name];
  return {
    name: "stage",
    directory: PARTS,
    services,
    edges: [{ id: edgeId(first, last), from: first, to: last, listen: `127.0.0.1:${listen}`, protocol: "http" }],
  } as Mesh;
};

export interface Told {
  readonly config: MeshConfig;
  readonly progress: { readonly name: string; readonly state: string; readonly detail: string }[];
  readonly agentExits: number[];
}
/** Makes a config with a fresh folder and marker, and collects the progress and agent exits reported to the config. */
export const configOf = (mesh: Mesh, more: Partial<MeshConfig> = {}): Told => {
  const progress: Told["progress"] = [];
  const agentExits: number[] = [];
  const config: MeshConfig = {
    mesh,
    folder: mkdtempSync(join(tmpdir(), "squall-mesh-")),
    marker: randomUUID(),
    server: { url: "http://127.0.0.1:1", token: "canary-token" },
    agent: AGENT,
    onProgress: (each) => progress.push(each),
    onAgentExit: (pid) => agentExits.push(pid),
    ...more,
  };
  return { config, progress, agentExits };
};
export const sweep = ({ config }: Told): void => rmSync(config.folder, { recursive: true, force: true });

export const isAlive = (pid: number): boolean => statOf(pid) !== null;
/** Live processes that carry the config's marker, anywhere on this machine. */
export const left = ({ marker: run, folder }: MeshConfig): readonly string[] =>
  liveTargets({ run, folder }, []).map((pid) => `${pid} ${commandOf(Math.abs(pid))}`);

/** Finds a child of a process by the child's command line. */
export const childOf = (parent: number, part: string): number | undefined =>
  everyProcess().find((each) => each.parent === parent && commandOf(each.pid).includes(part))?.pid;

/**
 * Polls `look` until `isSo` or timeout, and returns the last result. Polls are 40 ms apart: a poll may read all of
 * /proc.
 */
export const eventually = async <T>(look: () => T, isSo: (seen: T) => boolean, patienceMs = 5_000): Promise<T> => {
  const lastMs = performance.now() + patienceMs;
  for (;;) {
    const seen = look();
    if (isSo(seen) || performance.now() > lastMs) return seen;
    await sleep(40);
  }
};
/** Resolves with no entries once every process with the marker is gone, else with the rest. */
export const gone = (config: MeshConfig): Promise<readonly string[]> =>
  eventually(
    () => left(config),
    (seen) => seen.length === 0,
  );
