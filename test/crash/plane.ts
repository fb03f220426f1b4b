/**
 * Control plane with several edges and a run on each: real servers, real agents and continuous real requests, so that a
 * mishap meets as many runs as there are edges, each in another state.
 */
import { writeFileSync } from "node:fs";
import { Agent as Connections, request } from "node:http";
import { join } from "node:path";
import { freePorts } from "../ports.ts";
import { ask, eventually, type Ground, openGround, type Process, type Serving, shows, start } from "../serve/ground.ts";
import { often } from "../soak.ts";

/**
 * Header of a faulted answer (resident.mjs has the same name); the answer itself stays good, so that no run ends early.
 */
const MARK = "x-struck";
/** Time between two requests of a caller: each costs caller, agent and callee some milliseconds of CPU on ten edges. */
const ASK_MS = often(200, 100);
/** Request timeout, long because a frozen agent answers waiting requests after the freeze. */
const ANSWER_MS = 15_000;
/** Timeout for events that a busy machine delays. */
const PATIENCE_MS = 90_000;

export const sleepUntil = (atMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
/** Polls at most ten times a second until the result is defined. */
export const patiently = <T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> =>
  eventually(
    what,
    async () => {
      const found = await look();
      if (found === undefined) await sleepUntil(performance.now() + 80);
      return found;
    },
    PATIENCE_MS,
  );

const edgeId = (edge: number) => `caller-${edge}->callee-${edge}`;

export const meshOf = (upstream: string, listens: readonly string[]): string =>
  JSON.stringify({
    apiVersion: "squall.dev/v1",
    kind: "Mesh",
    metadata: { name: "plane" },
    spec: {
      services: Object.fromEntries(
        listens.flatMap((_, i) => [
          [`caller-${i}`, {}],
          [`callee-${i}`, { endpoints: [upstream] }],
        ]),
      ),
      edges: listens.map((listen, i) => ({ from: `caller-${i}`, to: `callee-${i}`, listen })),
    },
  });

export interface Wanted {
  readonly warmup?: string;
  readonly baseline?: string;
  readonly during?: string;
  /** Length of the steady state in recovery, which also replaces the 5 s that `within` has by default. */
  readonly hold?: string;
  /** Spec `limits` of the experiment. */
  readonly limits?: Readonly<Record<string, unknown>>;
}
/** Phases of a run that only a mishap ends. */
export const LONG: Wanted = { during: "60s" };
/** Experiment that marks the answers on an edge; the run holds while `probed` answers. */
export const experimentOf = (i: number, probed: string, wanted: Wanted = {}) => {
  const { warmup = "300ms", baseline = "800ms", during = "1500ms", hold = "500ms", limits = {} } = wanted;
  const recovery = { within: wanted.hold ?? "5s", hold };
  return {
    apiVersion: "squall.dev/v1",
    kind: "Experiment",
    metadata: { name: `edge-${i}` },
    spec: {
      phases: { warmup, baseline, during, recovery },
      hypothesis: [
        {
          name: "the edge answers",
          http: { url: probed, timeout: "2s", every: "100ms" },
          good: { status: "2xx", within: "500ms" },
          objective: "90%",
        },
      ],
      faults: [
        {
          name: "answers are marked",
          edge: { from: `caller-${i}`, to: `callee-${i}` },
          rewrite: { response: { headers: { [MARK]: "1" } } },
          hits: { atLeast: 5 },
        },
      ],
      limits,
    },
  };
};

/** Answers seen by a caller that requests an edge over and over; all times are those of performance.now(). */
export interface Traffic {
  /**
   * Request time of the last faulted answer; `struckMs` is the arrival time. The fault acted in between. Upper bounds
   * use the request time, which no busy machine delays; after a freeze the arrival time is used.
   */
  readonly struckAskedMs: number;
  readonly struckMs: number;
  readonly struck: number;
  readonly answers: number;
}
export class Caller implements Traffic {
  struckAskedMs = Number.NEGATIVE_INFINITY;
  struckMs = Number.NEGATIVE_INFINITY;
  struck = 0;
  answers = 0;
  readonly #connections = new Connections({ keepAlive: true });
  #stopped = false;
  constructor(port: number) {
    void this.#ask(port);
  }
  async #ask(port: number): Promise<void> {
    while (!this.#stopped) {
      const askedMs = performance.now();
      await new Promise<void>((done) => {
        const call = request({ host: "127.0.0.1", port, agent: this.#connections, timeout: ANSWER_MS }, (response) => {
          this.answers++;
          if (response.headers[MARK] !== undefined) {
            this.struck++;
            this.struckAskedMs = askedMs;
            this.struckMs = performance.now();
          }
          response.resume().once("close", done);
        });
        call.once("timeout", () => call.destroy()).once("error", () => done());
        call.end();
      });
      await sleepUntil(askedMs + ASK_MS);
    }
  }
  stop(): void {
    this.#stopped = true;
    this.#connections.destroy();
  }
}

export interface AgentWanted {
  /** URLs of the servers; default: the first of the plane's ports. */
  readonly servers?: readonly string[];
  /** Edge that the agent serves; absent: the agent serves the callers of all edges. */
  readonly edge?: number;
  readonly name?: string;
  /** Port to listen on, for a further agent on an edge whose listener in the mesh is taken. */
  readonly listen?: number;
  readonly environment?: NodeJS.ProcessEnv;
}
export interface PlaneAgent extends Process {
  readonly name: string;
  /** Ids of the faults that the agent holds at this moment, by the control socket, so that no server is needed. */
  held(): Promise<readonly string[]>;
}
/** Faults held by an agent, by the agent's control socket. */
export const heldAt = (socketPath: string): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath, path: "/v1/status", timeout: 30_000 }, async (response) => {
      let text = "";
      for await (const part of response.setEncoding("utf8")) text += part;
      resolve((JSON.parse(text) as { faults: { id: string }[] }).faults.map(({ id }) => id));
    });
    call.once("error", reject).once("timeout", () => call.destroy(new Error("the agent did not answer")));
    call.end();
  });

export interface Plane {
  readonly ground: Ground;
  /** Callers, one per edge, on the listener of the mesh. */
  readonly callers: readonly Caller[];
  /** Ports for two servers, so that an agent finds a server that was restarted. */
  readonly ports: readonly number[];
  /** Listener ports of the edges. */
  readonly listens: readonly number[];
  /** Starts a server in folder `name`: the same name means the same database, unless the environment sets another. */
  serve(name: string, port: number, environment?: NodeJS.ProcessEnv): Promise<Serving>;
  /** Starts an agent; resolves once the agent listens. */
  agent(wanted?: AgentWanted): Promise<PlaneAgent>;
  /** Starts a further caller, which stops with the plane. */
  caller(port: number): Caller;
  start(url: string, edge: number, wanted?: Wanted): Promise<string>;
  /** Output of the servers, each server after another. */
  logs(): string;
  close(): Promise<void>;
}

const argumentsOf = ({ servers, edge, listen }: AgentWanted, name: string, control: string): readonly string[] => [
  "agent",
  ...servers!.flatMap((url) => ["--server", url]),
  ...["--instance", name, "--control", control],
  ...(edge === undefined ? [] : ["--service", `caller-${edge}`]),
  ...(edge === undefined || listen === undefined ? [] : ["--listen", `${edgeId(edge)}=127.0.0.1:${listen}`]),
];

export const openPlane = async (edges: number, environment: NodeJS.ProcessEnv = {}): Promise<Plane> => {
  const ground = await openGround();
  const listens = await freePorts(edges);
  const ports = await freePorts(2);
  const mesh = join(ground.folder, "plane.yaml");
  writeFileSync(
    mesh,
    meshOf(
      ground.upstream,
      listens.map((port) => `127.0.0.1:${port}`),
    ),
  );
  const callers = listens.map((port) => new Caller(port));
  const more: Caller[] = [];
  const servers: Serving[] = [];
  return {
    ...{ ground, callers, ports, listens },
    async serve(name, port, its = {}) {
      const flags = ["--mesh", mesh, "--listen", `127.0.0.1:${port}`];
      const serving = await ground.serve(name, flags, { ...environment, ...its });
      servers.push(serving);
      return serving;
    },
    logs: () => servers.map(({ url, text }) => `${url}:\n${text()}`).join("\n"),
    async agent(wanted = {}) {
      const { servers = [`http://127.0.0.1:${ports[0]}`], name = "caller" } = wanted;
      const control = join(ground.folder, `${name}.sock`);
      const agent = ground.squall(argumentsOf({ ...wanted, servers }, name, control), wanted.environment);
      await shows(agent, /"event":"listening"/);
      return { ...agent, name, held: () => heldAt(control) };
    },
    caller(port) {
      const caller = new Caller(port);
      more.push(caller);
      return caller;
    },
    start: (url, edge, wanted) => start(url, experimentOf(edge, `http://127.0.0.1:${listens[edge]}/`, wanted)),
    async close() {
      for (const caller of [...callers, ...more]) caller.stop();
      await ground.close();
    },
  };
};
export const withPlane = async (
  edges: number,
  use: (plane: Plane) => Promise<void>,
  environment: NodeJS.ProcessEnv = {},
): Promise<void> => {
  const plane = await openPlane(edges, environment);
  try {
    await use(plane);
  } catch (error) {
    process.stderr.write(`what the servers of the test that failed have to say:\n${plane.logs()}\n`);
    throw error;
  } finally {
    await plane.close();
  }
};

interface AgentView {
  readonly instance: string;
  readonly ready: boolean;
  readonly edges: readonly string[];
}
/** Agents that can be given faults at this moment. */
export const readyAgents = async (url: string): Promise<readonly string[]> => {
  const { body } = await ask(url, "/api/v1/agents");
  const { agents } = body as { agents: readonly AgentView[] };
  return agents.filter(({ ready, edges }) => ready && edges.length > 0).map(({ instance }) => instance);
};
/** Waits until each named agent can be given faults. */
export const agentsReady = (url: string, ...names: readonly string[]): Promise<true> =>
  patiently(`${names.join(", ")} at ${url}`, async () => {
    const ready = await readyAgents(url).catch((): readonly string[] => []);
    return names.every((name) => ready.includes(name)) || undefined;
  });
