/**
 * Worker thread of `prober.ts`: sources and samplers of every run of a server. The thread's own loop sends the samples
 * and receives the answers, so that delays of the server's loop are not counted against the system.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { compileCriteria } from "../../experiments/model/sample/criteria.ts";
import { clockSince, contained, every } from "../clock.ts";
import { DenyList } from "../security/deny.ts";
import { createProbeOpener } from "./index.ts";
import { Judge } from "./judge.ts";
import type { ActiveSource } from "./probe.ts";
import type { FromProber, OpenProbeRequest, ProberData, SamplerReport, ToProber } from "./prober-messages.ts";
import { Sampler } from "./sampler.ts";
import type { SamplerListener } from "./sampler-control.ts";

const REPORT_MS = 1_000;
const { originNs, deny } = workerData as ProberData;
const port = parentPort!;
/**
 * Clock jump beyond which the thread adopts the server's clock. A server whose clock jumped has halted all runs: the
 * next probe that the server opens brings the thread's clock along.
 */
const JUMPED_MS = 5_000;
let zeroNs = originNs;
const clock = clockSince(() => zeroNs);
const follow = (serverMs: number): void => {
  const aheadMs = serverMs - clock.nowMs();
  if (Math.abs(aheadMs) > JUMPED_MS) zeroNs -= BigInt(Math.round(aheadMs * 1_000_000));
};
// Commands are run by the server itself: a thread that ends would leave commands behind.
const rules = {
  childVariables: {},
  commands: {},
  denied: new DenyList(deny.denied, deny.allowed),
  judge: new Judge(clock),
};
const openProbe = createProbeOpener(rules);
const sources = new Map<number, ActiveSource>();
const samplers = new Map<number, Sampler>();

const send = (message: FromProber): void => port.postMessage(message);
const failing = (id: number) => (error: unknown) => {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  send({ type: "failed", id, message, stack });
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const open = async (id: number, { action, mesh, good, capture, mark }: OpenProbeRequest): Promise<void> => {
  // Edges are counted where agents report: no probe of this thread reads counts.
  const traffic = { countOver: () => [] };
  const tools = { clock: contained(clock, failing(id)), mesh, good, capture, traffic, mark };
  const source = await openProbe(action, tools);
  if (source.kind !== "active") throw new Error(`a ${action.kind} probe is not looked for here`);
  // Compiled here so that an invalid pattern is refused before the run begins.
  compileCriteria(good);
  sources.set(id, source);
};
const reportOf = (id: number, sampler: Sampler): SamplerReport => ({
  id,
  tallies: sampler.take(),
  sent: sampler.takeSent(),
});

const handle = (message: ToProber): void => {
  const { id } = message;
  const sampler = samplers.get(id);
  switch (message.type) {
    case "open":
      follow(message.request.sentMs);
      open(id, message.request).then(
        () => send({ type: "opened", id }),
        (error: unknown) => send({ type: "refused", id, why: messageOf(error) }),
      );
      return;
    case "start": {
      const onSample: SamplerListener["onSample"] = (outcome, why) => send({ type: "sampled", id, outcome, why });
      const mine = { clock: contained(clock, failing(id)), source: sources.get(id)!, fail: failing(id), hear };
      samplers.set(id, new Sampler({ ...message.config, ...mine, ...(message.eachSample ? { onSample } : {}) }));
      return;
    }
    case "observe":
      sampler?.observe(message.phase, message.fromMs, message.windows);
      return;
    case "readdress":
      sampler?.readdress(message.mesh);
      return;
    case "stalled":
      sampler?.stalled(message.fromMs, message.toMs);
      return;
    case "settle": {
      const { phase } = message;
      sampler
        ?.settle(phase)
        .then(() => send({ type: "settled", phase, report: reportOf(id, sampler) }))
        .catch(failing(id));
      return;
    }
    case "stop": {
      const source = sources.get(id);
      samplers.delete(id);
      sources.delete(id);
      (sampler?.stop() ?? source?.close() ?? Promise.resolve())
        .catch(() => {})
        .finally(() => send({ type: "stopped", id }));
    }
  }
};
/**
 * Handles the messages that have arrived. A sampler calls this before each sample, so that a sample which leaves after
 * the server began a phase belongs to that phase, even if this thread had not yet read the message.
 */
function hear(): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    handle(next.message as ToProber);
}

port.on("message", handle);
every(clock, REPORT_MS, () => {
  hear();
  const reports = [...samplers]
    .map(([id, sampler]) => reportOf(id, sampler))
    .filter(({ tallies, sent }) => tallies.length + sent.length > 0);
  if (reports.length > 0) send({ type: "report", reports });
});
send({ type: "ready" });
