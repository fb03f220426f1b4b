/**
 * `npm run bench:weight`: weight of an agent process that a server orders: resident memory, wakes and CPU a second,
 * while the agent is idle: empty; with 1,000 edges; with a different fault on each; and after a load of requests over
 * all edges; and by a mesh file, without a server. A wake is a voluntary context switch of the main thread (/proc/PID/status), a return from `epoll_wait`.
 * `--against PATH` also weighs the agent of another checkout, `--node PATH` (repeatable) runs the agents by another
 * Node, `--flags "--flag --flag"` (repeatable) by the same Node with those flags. `--edges N`, `--seconds N` of each
 * window, `--requests N` of the load on each edge. Linux only.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EdgeOrder, FaultOrder } from "../../agent/contract/index.ts";
import { withoutLauncher } from "../../cli/launcher.ts";
import { asEdgeId, asFaultId, asRunId } from "../../experiments/model/names.ts";
import { ContractServer, eventually, sleep, TOKEN } from "../agent/server.ts";
import { freePorts } from "../ports.ts";
import { ROOT } from "../tiny.ts";
import { cpuNs, residentMb } from "./process-cost.ts";

const { values } = parseArgs({
  options: {
    against: { type: "string", multiple: true, default: [] },
    node: { type: "string", multiple: true, default: [] },
    flags: { type: "string", multiple: true, default: [] },
    edges: { type: "string", default: "1000" },
    seconds: { type: "string", default: "10" },
    requests: { type: "string", default: "100" },
  },
});
const [edges, seconds, requests] = [values.edges, values.seconds, values.requests].map(Number) as [
  number,
  number,
  number,
];
/** Time after a change of the agent's state until a window begins: the collector of garbage has run by then. */
const SETTLE_MS = 6_000;
/** Connections of the load at the same time. */
const CALLERS = 64;

interface Subject {
  readonly name: string;
  readonly root: string;
  readonly node: string;
  readonly flags: readonly string[];
}
interface Weight {
  readonly residentMb: number;
  readonly wakes: number;
  /** CPU of all threads, ms a second. */
  readonly cpuMs: number;
}

const NODES = values.node.length === 0 ? [process.execPath] : values.node;
const CHECKOUTS = [ROOT, ...values.against.map((path) => resolve(path))];
const FLAGS = ["", ...values.flags];
const subjects: readonly Subject[] = NODES.flatMap((node) =>
  CHECKOUTS.flatMap((root) =>
    FLAGS.map((flags) => ({
      name: [root === ROOT ? "agent" : `agent of ${root}`, ...(values.node.length > 0 ? [node] : []), flags]
        .join(" ")
        .trim(),
      ...{ root, node, flags: flags.split(" ").filter(Boolean) },
    })),
  ),
);

const edgeId = (i: number) => asEdgeId(`caller-${i}->callee`);
const edgeOrders = (callee: string): EdgeOrder[] =>
  Array.from({ length: edges }, (_, i) => ({
    ...{ id: edgeId(i), listen: "127.0.0.1:0", protocol: "http", endpoints: [callee], healthPath: null },
  }));
/** A fault for each edge, each with parameters of its own. */
const faultOrders = (): FaultOrder[] =>
  Array.from({ length: edges }, (_, i) => ({
    ...{ id: asFaultId(`run/late-${i}@${edgeId(i)}`), run: asRunId("run"), name: `late-${i}`, edge: edgeId(i) },
    ...{ endpoints: null, match: { path: `/of/${i}` }, share: { steps: [1], eachMs: 0, by: "request" } },
    action: { kind: "latency", params: { delay: 1 + i, jitter: 0, distribution: "uniform", at: "request" } },
    ...{ pulse: null, seed: i, stealth: false, shadow: false, notAfterMs: 3_600_000 },
  }));

const voluntarySwitches = (pid: number): number =>
  Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]);
const weigh = async (pid: number): Promise<Weight> => {
  await sleep(SETTLE_MS);
  const [wakesBefore, cpuBefore, startedMs] = [voluntarySwitches(pid), cpuNs(pid), performance.now()];
  await sleep(seconds * 1_000);
  const passed = (performance.now() - startedMs) / 1_000;
  return {
    residentMb: residentMb(pid),
    wakes: (voluntarySwitches(pid) - wakesBefore) / passed,
    cpuMs: (cpuNs(pid) - cpuBefore) / 1e6 / passed,
  };
};

const REQUEST = "GET / HTTP/1.1\r\nHost: callee\r\n\r\n";
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: 128\r\n\r\n${"x".repeat(128)}`;
const startCallee = async () => {
  const server = createServer((socket) => {
    let rest = "";
    socket.setEncoding("latin1").on("error", () => {});
    socket.on("data", (text: string) => {
      const heads = (rest + text).split("\r\n\r\n");
      rest = heads.pop()!;
      for (const _ of heads) socket.write(ANSWER);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
};
/** Sends the requests of an edge, one after another on a kept connection. */
const call = (port: number): Promise<void> =>
  new Promise((done, failed) => {
    let [left, missing] = [requests, ANSWER.length];
    const socket = connect(port, "127.0.0.1", () => socket.write(REQUEST));
    socket.on("error", failed).on("data", (bytes) => {
      missing -= bytes.length;
      if (missing > 0) return;
      missing = ANSWER.length;
      if (--left > 0) socket.write(REQUEST);
      else socket.end(() => done());
    });
  });
const load = async (ports: readonly number[]): Promise<void> => {
  const waiting = [...ports];
  const caller = async () => {
    for (let port = waiting.pop(); port !== undefined; port = waiting.pop()) await call(port);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
};

/** Ports of the mesh file, the same for all subjects: these run one after another. */
const meshPorts = freePorts(edges);
/** Weighs an agent by a mesh file, without a server. */
const measureAlone = async (subject: Subject, count: number, show: Show): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "squall-weight-"));
  const file = join(folder, "mesh.yaml");
  const ports = (await meshPorts).slice(0, count);
  const services = ports.map((_, i) => `    callee-${i}: { endpoints: ["127.0.0.1:1"] }`);
  const lines = ports.map((port, i) => `    - { from: caller, to: callee-${i}, listen: "127.0.0.1:${port}" }`);
  const spec = ["spec:", "  services:", "    caller: {}", ...services, "  edges:", ...lines];
  writeFileSync(
    file,
    ["apiVersion: squall.dev/v1", "kind: Mesh", "metadata: { name: weight }", ...spec, ""].join("\n"),
  );
  const child = startAgent(subject, ["--mesh", file, "--control", join(folder, "agent.sock")]);
  try {
    await once(child.stdout!, "data");
    show(`by a mesh file, ${count} ${count === 1 ? "edge" : "edges"}`, await weigh(child.pid!));
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
};
const startAgent = ({ node, flags, root }: Subject, argv: readonly string[]) =>
  spawn(node, [...flags, join(root, "cli/squall.js"), "agent", ...argv], {
    // A command below npm watches npm's processes ten times a second; an agent in operation has none above.
    env: { ...withoutLauncher(process.env), SQUALL_TOKEN: TOKEN },
    stdio: ["ignore", "pipe", "pipe"],
  });
type Show = (what: string, weight: Weight) => void;

const measure = async (subject: Subject, show: Show): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "squall-weight-"));
  const callee = await startCallee();
  const server = await ContractServer.start([]);
  const socket = join(folder, "agent.sock");
  const child = startAgent(subject, ["--server", server.url, "--control", socket, "--instance", "weight"]);
  child.stdout.resume();
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  try {
    const pid = child.pid!;
    const startedMs = performance.now();
    await server.hears("pulse").catch((error: Error) => {
      throw new Error(`${error.message}: ${log}`);
    });
    process.stdout.write(`${subject.name}: first pulse after ${Math.round(performance.now() - startedMs)} ms\n`);
    show("empty", await weigh(pid));
    server.change(edgeOrders(callee.address));
    const { edges: served } = await server.hears("serving", (serving) => serving.edges.length === edges);
    await eventually("a pulse tells of every edge", () => server.of("pulse").at(-1)!.n > 8 || undefined);
    show(`${edges} edges`, await weigh(pid));
    const gen = server.order(faultOrders());
    await eventually(`the order is applied: ${log}`, () => {
      if (server.of("refused").length > 0) throw new Error(server.of("refused")[0]!.detail);
      return server.of("applied").find((applied) => applied.gen === gen);
    });
    show("a fault on each", await weigh(pid));
    await server.apply([]);
    await load(served.map(({ listen }) => Number(listen.split(":")[1])));
    show(`after ${requests * edges} requests`, await weigh(pid));
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
    await server.stop();
    callee.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const row = (...cells: readonly string[]) =>
  process.stdout.write(
    `  ${cells[0]!.padEnd(28)}${cells
      .slice(1)
      .map((cell) => cell.padStart(14))
      .join("")}\n`,
  );
row("", "resident, MB", "wakes/s", "CPU, ms/s");
const show: Show = (what, { residentMb, wakes, cpuMs }) =>
  row(what, residentMb.toFixed(1), wakes.toFixed(1), cpuMs.toFixed(1));
for (const subject of subjects) {
  await measure(subject, show);
  for (const count of [1, edges]) await measureAlone(subject, count, show);
}
process.exit();
