/** The fleet on a clock moved by hand, and agents whose end of the socket is played by the test. */

import {
  CONTRACT_VERSION,
  type EdgeOrder,
  type Remains,
  type ToAgent,
  type ToServer,
} from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type AgentBoot, asAgentBoot, asInstance, asRunId, edgeId } from "../../experiments/model/names.ts";
import type { UnstampedEvent } from "../../experiments/model/run/event.ts";
import type { AgentSocket, Hello } from "../../server/fleet/agent.ts";
import { type CredentialHolder, SERVER_HOLDER } from "../../server/fleet/boot-owners.ts";
import { type AgentConnection, Fleet, type FleetConfig } from "../../server/fleet/fleet.ts";
import { machineBoot } from "../../server/fleet/process-mark.ts";
import { noLog } from "../../server/log.ts";
import { FakeClock } from "../server/fake-clock.ts";
import { planOf } from "../server/plans.ts";

const serviceOf = (name: string, address: string) => ({
  ...{ name, labels: {}, command: null, env: {}, endpoints: [{ address, labels: {} }] },
  ...{ ready: { tcp: true } as const, startMs: 1_000, protected: false },
});
export const edgeOf = (from: string, to: string, port: number) =>
  ({ id: edgeId(from, to), from, to, listen: `127.0.0.1:${port}`, protocol: "http" }) as const;
export const MESH: Mesh = {
  name: "m",
  directory: null,
  services: [serviceOf("a", "127.0.0.1:10"), serviceOf("b", "127.0.0.1:11"), serviceOf("c", "127.0.0.1:12")],
  edges: [edgeOf("a", "b", 1), edgeOf("b", "c", 2)],
};

const CLEAN: Remains = { live: 0, held: 0, wounded: 0, external: 0 };

/** An agent whose end of the socket is played by the test. */
export class Puppet {
  readonly heard: ToAgent[] = [];
  line!: AgentConnection;
  #n = 0;
  readonly boot: AgentBoot;
  readonly hello: Partial<Hello>;
  readonly holder: CredentialHolder;
  /** Epoch of the fault table that the agent claims to hold. */
  epoch = 3;
  buffered = 0;
  readonly closes: number[] = [];
  readonly socket: AgentSocket = {
    send: (text) => void this.heard.push(JSON.parse(text)),
    close: (code, why) => {
      this.closes.push(code);
      this.line?.closed({ code, why });
    },
    bufferedBytes: () => this.buffered,
  };
  constructor(boot: AgentBoot, hello: Partial<Hello> = {}, holder: Partial<CredentialHolder> = {}) {
    this.boot = boot;
    this.hello = hello;
    this.holder = { ...SERVER_HOLDER, ...holder };
  }
  connect(fleet: Fleet, ids: readonly string[] = [], pid = 4_242): void {
    const mark = { epoch: this.epoch, gen: 0 };
    const hello = {
      ...{ type: "hello", v: CONTRACT_VERSION, version: "0", cluster: "c", instance: this.boot, boot: this.boot, pid },
      ...{ service: null, labels: {}, offers: [], process: null, predecessor: null },
      ...{ seen: mark, table: { ...mark, ids } },
      ...this.hello,
    } as Hello;
    const line = fleet.connect(this.socket, hello, this.holder);
    if (line === null) return;
    this.line = line;
    this.#n = 0;
    const { session, edges } = this.last("welcome")!;
    if (edges !== null) this.line.receive({ type: "serving", session, edges: edges.map(listening), failed: [] });
  }
  last<T extends ToAgent["type"]>(type: T): Extract<ToAgent, { type: T }> | undefined {
    return this.heard.findLast((message) => message.type === type) as never;
  }
  count(type: ToAgent["type"]): number {
    return this.heard.filter((message) => message.type === type).length;
  }
  pulse(more: Partial<Extract<ToServer, { type: "pulse" }>> = {}): void {
    const table = { epoch: 3, gen: this.last("apply")?.gen ?? 0 };
    const session = this.last("welcome")!.session;
    const empty = { remains: CLEAN, receipts: [], watches: [], edges: [] };
    this.line.receive({ type: "pulse", session, n: ++this.#n, table, ...empty, ...more });
  }
  applied(): void {
    const { session, epoch, gen } = this.last("apply")!;
    this.line.receive({ type: "applied", session, epoch, gen });
  }
  attest(nonce: string, remains: Partial<Remains> = {}, boot = this.boot): void {
    const proof = { remains: { ...CLEAN, ...remains }, receipts: [], watches: [] };
    this.line.receive({ type: "attest", nonce, boot, epoch: 3, gen: 0, ...proof });
  }
}

const listening = ({ id, listen }: EdgeOrder) => ({ id, listen });

export const stage = (config: Partial<FleetConfig> = {}) => {
  const clock = new FakeClock();
  const gone = new Set<number>();
  const fleet = new Fleet({
    ...{ clock, epoch: 3, mesh: MESH, onBoot: () => {}, log: noLog },
    markOf: (pid) => ({ pid, started: "1", machineBoot: machineBoot() }),
    isGone: ({ pid }) => gone.has(pid),
    ...config,
  });
  const posted: UnstampedEvent[] = [];
  const startedMs = clock.nowMs();
  let tickedMs: number | null = null;
  const agent = new Puppet(asAgentBoot("b1"));
  agent.connect(fleet);
  agent.pulse();
  fleet.register({
    plan: planOf(),
    endsAtMs: clock.nowMs() + 60_000,
    post: (happening) => posted.push(happening),
    tickedMs: () => tickedMs ?? clock.nowMs(),
    counted: () => {},
    stalled: ({ fromMs, toMs, ...stall }, beside) =>
      posted.push({
        ...{ type: "stalled", fromMs: fromMs - startedMs, toMs: toMs - startedMs, ...stall },
        ...(beside === null ? {} : { beside }),
      }),
  });
  fleet.assign(asRunId("run-1"), [{ instance: asInstance("b1"), boot: asAgentBoot("b1") }]);
  return {
    ...{ clock, fleet, agent, posted, gone },
    wedge: () => {
      tickedMs = clock.nowMs();
    },
    of: (type: UnstampedEvent["type"]) => posted.filter((happening) => happening.type === type),
    /** Sends a pulse a second, like a real agent. */
    live: async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        await clock.advance(1_000);
        agent.pulse();
      }
    },
    inject: () => {
      fleet.setDesired(asRunId("run-1"), 1, ["slow"]);
      agent.applied();
    },
  };
};
