/**
 * `npm run bench:sidecar`: cost of a sidecar at the traffic of a small service: CPU of the start, idle, and for each
 * exchange while the code is cold and once warm. Each subject is a separate agent process with the same load at the
 * same time. `--limit N` keeps each in a cgroup of N thousandths of a CPU (needs root). `--against PATH` also measures
 * the agent of another checkout; `--flags "name=--flag --flag"` (repeatable) an agent with those flags of Node. `--rate
 * N` rounds a second (two HTTP exchanges on a kept connection and a TCP connection each), `--seconds N`, `--rounds N`.
 */
import { writeFileSync } from "node:fs";
import { Agent, createServer as createHttpServer, request } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CpuLimit, openCpuLimit } from "../cgroup.ts";
import { freePort } from "../ports.ts";
import { ask, eventually, openGround, shows } from "../serve/ground.ts";
import { ROOT } from "../tiny.ts";
import { cpuNs, residentMb } from "./process-cost.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "40" },
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "2" },
    limit: { type: "string", default: "0" },
    against: { type: "string", multiple: true, default: [] },
    flags: { type: "string", multiple: true, default: [] },
  },
});
const [rate, seconds, rounds, milli] = [values.rate, values.seconds, values.rounds, values.limit].map(Number) as [
  number,
  number,
  number,
  number,
];
const EXCHANGES_A_ROUND = 3;
const IDLE_S = 5;
/** Windows of load, in sequence: in the first the code is cold. */
const WINDOWS = ["new", "warmer", "warm"] as const;

interface Subject {
  readonly name: string;
  readonly root: string;
  readonly flags: readonly string[];
}
const subjects: readonly Subject[] = [
  { name: "agent", root: ROOT, flags: [] },
  ...values.against.map((path) => ({ name: `agent of ${path}`, root: resolve(path), flags: [] })),
  ...values.flags.map((named) => {
    const [name, flags] = named.split(/=(.*)/s) as [string, string];
    return { name, root: ROOT, flags: flags.split(" ") };
  }),
];
type Figures = Record<"start" | "idle" | (typeof WINDOWS)[number] | "throttled" | "resident" | "bad", number>;

const portOf = async (server: Server): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
};
/** Opens a callee for each protocol: HTTP and TCP. */
const openCallees = async () => {
  const http = createHttpServer((incoming, response) => {
    incoming.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 15 }).end('{"answer":"ok"}');
    });
  });
  http.keepAliveTimeout = 65_000;
  const line = createServer((socket) => {
    socket.on("data", () => socket.write("ok 1\n")).on("error", () => {});
  });
  return { http: await portOf(http), line: await portOf(line) };
};
const httpExchange = (port: number, agent: Agent): Promise<boolean> =>
  new Promise((done) => {
    const headers = { "content-type": "application/json", "content-length": 29 };
    const call = request({ host: "127.0.0.1", port, agent, method: "POST", path: "/charge", headers }, (response) => {
      response.resume().on("end", () => done(response.statusCode === 200));
    });
    call.on("error", () => done(false)).end('{"sku":"kettle","quantity":1}');
  });
const tcpExchange = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("append order-1 400\n"));
    socket.on("data", () => {
      socket.end();
      done(true);
    });
    socket.on("error", () => done(false));
  });

interface Sidecar extends Subject {
  readonly ports: readonly [number, number];
  readonly agent: Agent;
  readonly pid: number;
  readonly limit: CpuLimit | null;
}
/** Drives the same load through every sidecar; returns the number of failed exchanges of each. */
const drive = async (sidecars: readonly Sidecar[]): Promise<readonly number[]> => {
  const bad = sidecars.map(() => 0);
  const startedMs = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n++) {
    for (const [i, { ports, agent }] of sidecars.entries()) {
      const round = async () => {
        for (const exchange of [httpExchange, httpExchange]) if (!(await exchange(ports[0], agent))) bad[i]!++;
        if (!(await tcpExchange(ports[1]))) bad[i]!++;
      };
      all.push(round());
    }
    await sleep(Math.max(0, startedMs + ((n + 1) * 1_000) / rate - performance.now()));
  }
  await Promise.all(all);
  return bad;
};

const measure = async (): Promise<readonly Figures[]> => {
  const ground = await openGround();
  const limits: CpuLimit[] = [];
  try {
    const callees = await openCallees();
    const ports = await Promise.all(subjects.map(async () => [await freePort(), await freePort()] as const));
    const spec = {
      services: {
        ...Object.fromEntries(subjects.map((_, i) => [`caller-${i}`, {}])),
        http: { endpoints: [`127.0.0.1:${callees.http}`] },
        line: { endpoints: [`127.0.0.1:${callees.line}`] },
      },
      edges: ports.flatMap(([http, line], i) => [
        { from: `caller-${i}`, to: "http", listen: `127.0.0.1:${http}`, protocol: "http" },
        { from: `caller-${i}`, to: "line", listen: `127.0.0.1:${line}`, protocol: "tcp" },
      ]),
    };
    const mesh = join(ground.folder, "sidecars.json");
    writeFileSync(
      mesh,
      JSON.stringify({ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "bench" }, spec }),
    );
    const serving = await ground.serve("server", ["--mesh", mesh]);
    const started = subjects.map((subject, i) => {
      const limit = milli === 0 ? null : openCpuLimit(`caller-${i}`, milli);
      if (limit !== null) limits.push(limit);
      const argv = ["agent", "--server", serving.url, "--service", `caller-${i}`, "--instance", `caller-${i}-1`];
      const command = [process.execPath, ...subject.flags, join(subject.root, "cli/squall.js"), ...argv] as const;
      return { limit, running: ground.run(limit === null ? command : limit.within(command)) };
    });
    await Promise.all(started.map(({ running }) => shows(running, /"event":"listening"/)));
    const sidecars = subjects.map((subject, i): Sidecar => {
      const { limit, running } = started[i]!;
      return { ...subject, ports: ports[i]!, agent: new Agent({ keepAlive: true }), pid: running.child.pid!, limit };
    });
    await eventually(
      "all agents are ready",
      async () => {
        const { body } = await ask(serving.url, "/api/v1/agents");
        const { agents } = body as { agents: { ready: boolean }[] };
        return (agents.length === sidecars.length && agents.every(({ ready }) => ready)) || undefined;
      },
      120_000,
    );
    const cpuMs = () => sidecars.map(({ pid }) => cpuNs(pid) / 1e6);
    const figures = cpuMs().map((start) => ({ start, bad: 0 }) as Figures);
    await sleep(2_000);
    const during = async (name: "idle" | (typeof WINDOWS)[number], use: () => Promise<unknown>, part: number) => {
      const before = cpuMs();
      await use();
      for (const [i, ms] of cpuMs().entries()) figures[i]![name] = (ms - before[i]!) / part;
    };
    await during("idle", () => sleep(IDLE_S * 1_000), IDLE_S);
    const stats = sidecars.map(({ limit }) => limit?.stat());
    for (const name of WINDOWS) {
      const load = async () => {
        for (const [i, bad] of (await drive(sidecars)).entries()) figures[i]!.bad += bad;
      };
      await during(name, load, (rate * seconds * EXCHANGES_A_ROUND) / 1_000);
    }
    for (const [i, { pid, limit }] of sidecars.entries()) {
      figures[i]!.resident = residentMb(pid);
      const [before, after] = [stats[i], limit?.stat()];
      figures[i]!.throttled =
        before && after ? (100 * (after.throttled - before.throttled)) / (after.periods - before.periods) : Number.NaN;
    }
    for (const { agent } of sidecars) agent.destroy();
    return figures;
  } finally {
    await ground.close();
    for (const limit of limits) limit.remove();
  }
};

// An agent watches a package manager above the agent's process; the npm that runs this command is no part of a sidecar.
for (const name of Object.keys(process.env)) if (name.startsWith("npm_")) delete process.env[name];
const print = (line: string) => process.stdout.write(`${line}\n`);
const kept = milli === 0 ? "no limit" : `limit ${milli}m`;
print(
  `${rounds} rounds of new processes, ${rate * EXCHANGES_A_ROUND} exchanges a second for ${seconds} s thrice, ${kept}, node ${process.version}`,
);
const all: (readonly Figures[])[] = [];
for (let round = 0; round < rounds; round++) all.push(await measure());
const mean = (i: number, key: keyof Figures) => all.reduce((sum, figures) => sum + figures[i]![key], 0) / rounds;
print("");
print(
  "| subject | start, ms of CPU | idle, ms of CPU/s | µs of CPU an exchange: new | warmer | warm | throttled periods % | RSS MB | bad |",
);
print("|---|---|---|---|---|---|---|---|---|");
const shown = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
for (const [i, { name }] of subjects.entries()) {
  const cells = [
    ...[shown(mean(i, "start"), 0), shown(mean(i, "idle"), 1)],
    ...WINDOWS.map((window) => shown(mean(i, window), 0)),
    ...[shown(mean(i, "throttled"), 0), shown(mean(i, "resident"), 0), shown(mean(i, "bad"), 0)],
  ];
  print(`| ${name} | ${cells.join(" | ")} |`);
}
process.exit(0);
