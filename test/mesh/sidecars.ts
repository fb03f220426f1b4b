/**
 * The demo shop deployed like in production: each service in a separate process, an agent under a CPU limit beside each
 * caller, and a server to which all agents connect. Experiments run on this shop by the API.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { type CpuLimit, openCpuLimit } from "../cgroup.ts";
import { freePort } from "../ports.ts";
import { ask, eventually, finished, openGround, type Process, type Serving, shows, start } from "../serve/ground.ts";
import { ROOT } from "../tiny.ts";

const SHOP = join(ROOT, "experiments/shop");
/** Timeout of a start: Node alone needs some 300 ms of CPU, which is 6 s under a limit of 50m. */
const START_MS = 120_000;
const RUN_MS = 120_000;

interface MeshFile {
  readonly spec: {
    directory?: string;
    readonly services: Record<string, { command: string[]; env: Record<string, string>; endpoints: string[] }>;
    readonly edges: { from: string; to: string; listen: string }[];
  };
}
export interface Sidecar extends Process {
  readonly service: string;
  readonly limit: CpuLimit | null;
  /** CPU time of the agent's process so far, ms. */
  cpuMs(): number;
}
export interface Sidecars {
  readonly folder: string;
  readonly serving: Serving;
  readonly agents: readonly Sidecar[];
  /** Runs an experiment of the shop, named by the file name without extension. */
  run(experiment: string, change?: (spec: Record<string, unknown>) => void): Promise<RunReport>;
  /** Address of a service, as seen by the shop's guests. */
  addressOf(service: string): string;
  close(): Promise<void>;
}

export interface SidecarsWanted {
  /** Limit in thousandths of a CPU; null: no limit. */
  readonly milli: number | null;
  readonly shop?: NodeJS.ProcessEnv;
  /** Flags of Node for the agents. */
  readonly nodeFlags?: readonly string[];
}

/** Rewrites the shop's mesh to free ports. */
const meshOnFreePorts = async (): Promise<MeshFile> => {
  let text = readFileSync(join(SHOP, "mesh.yaml"), "utf8");
  for (const port of new Set(text.match(/\b7[12]\d\d\b/g))) text = text.replaceAll(port, `${await freePort()}`);
  return parse(text) as MeshFile;
};

export const openSidecars = async ({ milli, shop = {}, nodeFlags = [] }: SidecarsWanted): Promise<Sidecars> => {
  // An agent polls a package manager above its process ten times a second; in production no package manager is there.
  for (const name of Object.keys(process.env)) if (name.startsWith("npm_")) delete process.env[name];
  const ground = await openGround();
  const limits: CpuLimit[] = [];
  const close = async () => {
    await ground.close();
    for (const limit of limits) limit.remove();
  };
  try {
    const mesh = await meshOnFreePorts();
    const { services, edges } = mesh.spec;
    const file = join(ground.folder, "shop.yaml");
    for (const [name, { env }] of Object.entries(services))
      ground.run([process.execPath, join(ROOT, "dist/experiments/shop", `${name}.js`)], { ...env, ...shop });
    // A long-lived server starts no services: commands in its mesh are for `squall run` alone.
    writeFileSync(file, JSON.stringify(mesh));
    const serving = await ground.serve("server", ["--mesh", file]);
    const agents = [...new Set(edges.map(({ from }) => from))].map((service): Sidecar => {
      const limit = milli === null ? null : openCpuLimit(service, milli);
      if (limit !== null) limits.push(limit);
      const flags = ["--server", serving.url, "--service", service, "--instance", `${service}-1`];
      const argv = [process.execPath, ...nodeFlags, join(ROOT, "cli/squall.js"), "agent", ...flags];
      const running = ground.run(limit === null ? (argv as [string]) : limit.within(argv));
      return { ...running, service, limit, cpuMs: () => cpuMsOf(running.child.pid!) };
    });
    await Promise.all(agents.map((agent) => shows(agent, /"event":"listening"/)));
    await eventually(
      "all agents are ready",
      async () => {
        const { body } = await ask(serving.url, "/api/v1/agents");
        const { agents: seen } = body as { agents: { ready: boolean }[] };
        return (seen.length === agents.length && seen.every(({ ready }) => ready)) || undefined;
      },
      START_MS,
    );
    return {
      ...{ folder: ground.folder, serving, agents, close },
      addressOf: (service) => services[service]!.endpoints[0]!,
      async run(experiment, change = () => {}) {
        const document = parse(readFileSync(join(SHOP, `${experiment}.yaml`), "utf8"));
        delete document.spec.mesh;
        change(document.spec);
        return finished(serving.url, await start(serving.url, document), RUN_MS);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Time that the live threads of a process ran so far (proc/PID/task/TID/schedstat), ms; ended threads are left out. */
const cpuMsOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6,
    0,
  );
