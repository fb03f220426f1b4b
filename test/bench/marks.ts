/**
 * `npm run bench:marks`: cost of looking for marks to an agent, in CPU per request: while no run asks for marks, while
 * a run asks and foreign traced requests pass, and while each request is a probe's. A single agent process has an edge
 * for each case; windows follow each other in turn, and ratios are taken inside a round, because machines drift.
 * `--rounds N` (30), `--ms N` (400), `--connections N` (16). The load generator needs no tool outside this repository.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { REQUEST_HEAD } from "../../agent/http1/head.ts";
import { Marks } from "../../agent/marks/marks.ts";
import { asEdgeId, asRunId, faultId, type RunId } from "../../experiments/model/names.ts";
import { keyOf, markOf } from "../../experiments/model/probes/mark.ts";
import { startEdge, startHttp } from "../data-path/rig.ts";
import { cpuNs } from "./process-cost.ts";

const KEY = "00112233445566778899aabbccddeeff";
const TAG = 3;
const EDGE = asEdgeId("caller->callee");
const SUBJECTS = ["nobody asks", "a run asks, traffic of others", "a run asks, probes only"] as const;

const { values } = parseArgs({
  options: {
    child: { type: "boolean", default: false },
    rounds: { type: "string", default: "30" },
    ms: { type: "string", default: "400" },
    connections: { type: "string", default: "16" },
  },
});
const [rounds, windowMs, connections] = [values.rounds, values.ms, values.connections].map(Number) as [
  number,
  number,
  number,
];

/** The agent's data path with three edges, and a pulse each second. */
const serveEdges = async (upstream: number): Promise<void> => {
  const marks = new Marks();
  const ask = (run: RunId) => ({ id: faultId(run, "slow", EDGE), edge: EDGE, match: null, endpoints: null });
  const order = (run: RunId) => ({ run, key: KEY, tag: TAG, faults: [ask(run)] });
  const edges = await Promise.all(SUBJECTS.map(() => startEdge(upstream)));
  let [n, run] = [0, 0];
  const pulse = () => {
    marks.report(++n, performance.now());
    marks.noted(n);
    // A new run every three pulses, because a run keeps at most 64 KiB of marks.
    if (n % 3 === 1) marks.list([order(asRunId(`run-${++run}`))]);
    for (const edge of edges.slice(1)) edge.faults.marks = marks.on(EDGE);
  };
  pulse();
  setInterval(pulse, 1_000);
  process.send!(edges.map(({ port }) => port));
};

const parent = "c".repeat(16);
const head = (trace: string): string =>
  [
    "GET /items/kettle?page=1 HTTP/1.1",
    "host: callee:8080",
    "user-agent: bench/1.0",
    "accept: application/json",
    "accept-encoding: gzip, deflate",
    "content-type: application/json",
    `traceparent: 00-${"a".repeat(16)}${trace}-${parent}-01`,
    `tracestate: vendor=t61rcWkgMzE,other=00f067aa0ba902b7`,
    "x-request-id: 0f8c1b6e-2f7e-4a57-8d83-6b6f9a5bb0c7",
    "",
    "",
  ].join("\r\n");
const foreign = Array.from({ length: 64 }, (_, i) => head((i + 1).toString(16).padStart(16, "e")));
let number = 0;
const ofProbe = (): string => head(markOf(keyOf(KEY)!, { tag: TAG, expectation: 0, number: number++ }));

/** Drives a window of load, serial on each kept-alive connection; returns the number of requests. */
const load = async (port: number, requestOf: () => string): Promise<number> => {
  let done = 0;
  const untilMs = performance.now() + windowMs;
  const one = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      const send = () => (performance.now() < untilMs ? socket.write(requestOf()) : socket.end(resolve));
      socket.on("error", reject);
      socket.on("data", () => {
        done++;
        send();
      });
      send();
    });
  const sockets = Array.from({ length: connections }, () => connect({ port, host: "127.0.0.1", noDelay: true }));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  await Promise.all(sockets.map(one));
  return done;
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

/**
 * Least µs that a call takes, over many batches so short that most are not interrupted: the clock of CPU time ticks too
 * coarsely here, and other processes can only add to the wall time.
 */
const leastUs = (work: (i: number) => void): number => {
  const BATCH = 500;
  let least = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < 4_000; batch++) {
    const beforeMs = performance.now();
    for (let i = 0; i < BATCH; i++) work(i);
    least = Math.min(least, performance.now() - beforeMs);
  }
  return (least * 1_000) / BATCH;
};
/** Time added to a request, without sockets: when the head has no mark, and when the head has a mark that is logged. */
const alone = (): { readonly others: number; readonly probes: number } => {
  const marks = new Marks();
  const order = (run: RunId) => ({
    ...{ run, key: KEY, tag: TAG },
    faults: [{ id: faultId(run, "slow", EDGE), edge: EDGE, match: null, endpoints: null }],
  });
  const heads = (text: readonly string[]) => text.map((each) => Buffer.from(each));
  const [others, probes] = [heads(foreign), heads(Array.from({ length: 500 }, ofProbe))];
  const parse = (head: Buffer) => REQUEST_HEAD.parse(head, 0, head.length);
  const parsing = leastUs((i) => parse(others[i % others.length]!));
  let [n, edge] = [0, marks.on(EDGE)];
  const finding = (all: readonly Buffer[]) => (i: number) => {
    // Each batch has a new run, so that the marks are new and are reported.
    if (i === 0) {
      marks.report(++n, n);
      marks.noted(n);
      marks.list([order(asRunId(`run-${n}`))]);
      edge = marks.on(EDGE);
    }
    const head = all[i % all.length]!;
    parse(head);
    const marked = edge!.find(head, REQUEST_HEAD, i / 10);
    if (marked !== null) for (const log of marked.faults) marked.seen(log);
  };
  return { others: leastUs(finding(others)) - parsing, probes: leastUs(finding(probes)) - parsing };
};

const bench = async (): Promise<void> => {
  // Keep-alive responses that fit into a single segment: each "data" event is a whole response.
  const upstream = await startHttp((_, response) => void response.end("ok"));
  const child = fork(import.meta.filename, ["--child"], { env: { ...process.env, UPSTREAM: String(upstream.port) } });
  const [ports] = (await once(child, "message")) as [readonly number[]];
  const { others, probes } = alone();
  const used: number[][] = SUBJECTS.map(() => []);
  const requestsOf = [
    () => foreign[done++ % foreign.length]!,
    () => foreign[done++ % foreign.length]!,
    ofProbe,
  ] as const;
  let done = 0;
  for (let round = -2; round < rounds; round++)
    for (let turn = 0; turn < SUBJECTS.length; turn++) {
      const subject = (turn + Math.abs(round)) % SUBJECTS.length;
      const before = cpuNs(child.pid!);
      const requests = await load(ports[subject]!, requestsOf[subject]!);
      const us = (cpuNs(child.pid!) - before) / 1_000 / requests;
      // Rounds below 0 are warm-up.
      if (round >= 0) used[subject]!.push(us);
    }
  process.stdout.write(`${rounds} rounds of ${windowMs} ms, ${connections} connections, node ${process.version}\n`);
  for (const [subject, name] of SUBJECTS.entries()) {
    const ratios = used[subject]!.map((us, round) => us / used[0]![round]!).toSorted((a, b) => a - b);
    const [low, high] = [0.25, 0.75].map((share) => ratios[Math.floor(share * ratios.length)]!) as [number, number];
    const spread =
      subject === 0 ? "" : ` × ${median(ratios).toFixed(3)} (quartiles ${low.toFixed(3)} to ${high.toFixed(3)})`;
    process.stdout.write(`${name.padEnd(32)} ${median(used[subject]!).toFixed(1)} µs of CPU a request${spread}\n`);
  }
  const least = Math.min(...used[0]!);
  const share = (us: number) => `${us.toFixed(2)} µs, ${((100 * us) / least).toFixed(2)}%`;
  process.stdout.write(
    `looking alone: ${share(others)} of the least that a request takes (${least.toFixed(1)} µs); a mark that is told: ${share(probes)}\n`,
  );
  child.kill();
  await upstream.close();
};

if (values.child) await serveEdges(Number(process.env.UPSTREAM));
else await bench();
