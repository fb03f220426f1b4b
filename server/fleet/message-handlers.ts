/** Handlers of the messages that agents send: each handler updates the fleet state and calls back the affected runs. */
import { CLOSED, type Remains, type Stall, type ToServer, type WatchCount } from "../../agent/contract/index.ts";
import { type AgentBoot, edgeOfFault, type FaultId, type ServiceName } from "../../experiments/model/names.ts";
import type { EdgeCounts } from "../traffic/edge-counts.ts";
import type { Agent } from "./agent.ts";
import type { FleetState } from "./fleet-state.ts";
import type { Reconciler } from "./reconciler.ts";
import { isClean } from "./residue-audit.ts";

type MessageOf<T extends ToServer["type"]> = Extract<ToServer, { type: T }>;
type HandlerTable = { readonly [T in ToServer["type"]]: (agent: Agent, message: MessageOf<T>) => void };

/** Listener for connections of no declared caller to a service; 0: an agent's first report, where counting begins. */
export type StrangersListener = (service: ServiceName, count: number) => void;

export interface MessageHandlerDeps {
  readonly state: FleetState;
  readonly reconciler: Reconciler;
  readonly traffic: EdgeCounts;
  /** Called when an agent can be given orders, or serves other edges than before. */
  readonly onReady: (agent: Agent) => void;
  /** The owner of the agent's boot is not on record yet. */
  readonly onUnrecorded: (agent: Agent) => void;
  /** Called when an agent refused an order of this server, having obeyed an order of this later epoch. */
  readonly onFenced: (agent: Agent, epoch: number) => void;
  /** Called when an agent has left in order: its place in a run may be free. */
  readonly onLeft: () => void;
  readonly onStrangers: StrangersListener;
  /** Called with every attestation; a drop-all recognises the drop-all's own nonce. */
  readonly onAttest: (boot: AgentBoot, nonce: string, remains: Remains) => void;
}
export class MessageHandlers {
  readonly #state: FleetState;
  readonly #reconciler: Reconciler;
  readonly #traffic: EdgeCounts;
  readonly #deps: MessageHandlerDeps;

  constructor(deps: MessageHandlerDeps) {
    this.#deps = deps;
    this.#state = deps.state;
    this.#reconciler = deps.reconciler;
    this.#traffic = deps.traffic;
  }

  /** Handles a message over the agent's present connection. */
  handle(agent: Agent, message: ToServer): void {
    agent.heardMs = this.#state.clock.nowMs();
    (this.#handlers[message.type] as (agent: Agent, message: ToServer) => void)(agent, message);
  }

  readonly #handlers: HandlerTable = {
    hello: (agent) => agent.close(CLOSED.misspoke, "a second hello on one connection"),
    serving: (agent, { session, edges, failed }) => {
      if (session !== agent.link?.session) return;
      agent.serving = { edges, failed };
      agent.announced = false;
      this.#state.invalidate();
      for (const { id, why } of failed)
        this.#state.sparse.warn(`${agent.instance} ${id}`, "an agent cannot serve an edge", {
          ...{ agent: agent.instance, edge: id, because: why },
        });
    },
    pulse: (agent, pulse) => {
      // Pulse numbers only ever rise: a repeated number is no newer report of the agent's faults.
      if (pulse.session !== agent.link?.session || pulse.n <= (agent.pulse?.n ?? 0)) return;
      const { n, table, remains } = pulse;
      agent.pulse = { n, atMs: agent.heardMs, table, remains };
      this.#report(agent, pulse, table.gen);
      this.#stalls(agent, pulse.stalls ?? []);
      this.#mark(agent, pulse);
      if (pulse.strangers !== undefined) this.#strangers(agent, pulse.strangers);
      const counts = pulse.edges.filter(({ edge }) => agent.wasAssigned(edge));
      this.#traffic.receive(agent.boot, counts, (pulse.unchanged ?? 0) > 0 ? agent.edgesBut(pulse.edges) : []);
      if (!agent.isRecorded) this.#deps.onUnrecorded(agent);
      this.announce(agent);
      this.#reconciler.onPulse(agent);
    },
    applied: (agent, { session, epoch, gen }) => {
      if (session === agent.link?.session && epoch === this.#state.epoch) this.#acknowledge(agent, gen);
    },
    refused: (agent, { session, epoch, gen, why, detail, seen }) => {
      // An order that crossed the agent's goodbye is refused for that alone.
      if (agent.isEnding) return;
      if (session === agent.link?.session && why === "fenced") this.#deps.onFenced(agent, seen.epoch);
      if (session !== agent.link?.session || epoch !== this.#state.epoch || gen !== agent.sent.gen) return;
      this.#refused(agent, `${why}: ${detail}`);
    },
    lapsed: (agent, { epoch, gen }) => {
      if (epoch !== this.#state.epoch || gen !== agent.sent.gen || agent.sent.set.faults.length === 0) return;
      this.reportLost(agent, "lapsed");
      this.#reconciler.afterDrop(agent);
    },
    leaving: (agent, leaving) => {
      if (leaving.session !== agent.link?.session) return;
      agent.isEnding = true;
      this.#report(agent, leaving, leaving.gen);
      if (leaving.isOver) this.#left(agent, leaving.remains);
    },
    attest: (agent, attest) => {
      const { boot, nonce, epoch, gen, remains } = attest;
      if (boot !== agent.boot || agent.isUnproven) return;
      this.#report(agent, attest, gen);
      // An empty nonce answers an order of the empty set.
      if (nonce === "" && epoch === this.#state.epoch && gen === agent.sent.gen) this.#acknowledge(agent, gen);
      this.attested(boot, nonce, remains);
    },
  };

  /**
   * Announces the agent once after the first pulse and the record of the boot, and again when the agent serves other
   * edges.
   */
  announce(agent: Agent): void {
    if (agent.announced || !agent.isRecorded || agent.pulse === null) return;
    agent.announced = true;
    this.#deps.onReady(agent);
  }

  attested(boot: AgentBoot, nonce: string, remains: Remains): void {
    for (const { audit } of this.#state.runs.values()) audit?.attested(boot, nonce, remains);
    this.#deps.onAttest(boot, nonce, remains);
  }

  #acknowledge(agent: Agent, gen: number): void {
    agent.acknowledged = Math.max(agent.acknowledged, gen);
    this.#reconciler.reportApplied(agent);
  }

  #report(agent: Agent, { type, receipts, watches }: MessageOf<"pulse" | "attest" | "leaving">, gen: number): void {
    const when = { nowMs: agent.heardMs, isLast: type !== "pulse" };
    for (const [id, run] of this.#state.runs) {
      if (!run.has(agent.boot)) continue;
      const isMine = (of: { readonly id: string }) => of.id.startsWith(`${id}/`);
      const mine = receipts.filter((receipt) => isMine(receipt) && agent.wasAssigned(receipt.edge));
      if (run.shouldReport(agent.boot, mine, when))
        run.callbacks.post({ type: "receipts", boot: agent.boot, receipts: mine });
      const isWatched = ({ id }: WatchCount) => {
        const edge = run.edgeOf(id);
        return edge !== undefined && agent.wasAssigned(edge);
      };
      const counts = watches.filter((count) => isMine(count) && isWatched(count));
      if (counts.length > 0) run.callbacks.counted(agent.boot, counts, gen);
    }
  }

  /** Tells the connections of no declared caller since the report before; `count`: since the agent's process began. */
  #strangers(agent: Agent, count: number): void {
    const { service } = agent.identity;
    const more = count - (agent.strangersHeard ?? count);
    if (service !== null && (more > 0 || agent.strangersHeard === null)) this.#deps.onStrangers(service, more);
    agent.strangersHeard = Math.max(agent.strangersHeard ?? 0, count);
  }
  /**
   * Reports each stall once to every run, though the agent repeats the stall in many pulses. Runs on other edges get
   * the stall too: an agent beside a service on the way of a probe delays the probe's samples. A stall before an
   * agent's first pulse is reported to no run.
   */
  #stalls(agent: Agent, stalls: readonly Stall[]): void {
    const heard = agent.stallsHeard ?? Number.POSITIVE_INFINITY;
    agent.stallsHeard = Math.max(agent.stallsHeard ?? 0, ...stalls.map(({ n }) => n));
    const { boot, heardMs } = agent;
    for (const { agoMs, lengthMs, throttledMs } of stalls.filter(({ n }) => n > heard)) {
      const toMs = heardMs - agoMs;
      const throttled = throttledMs === undefined ? {} : { throttledMs };
      const stall = { boot, fromMs: toMs - lengthMs, toMs, ...throttled };
      for (const run of this.#state.runs.values()) run.callbacks.stalled(stall, run.has(boot) ? null : agent.edges);
    }
  }
  /**
   * Passes on an agent's reports of probe requests, and sends `noted` so that the agent need not repeat the reports.
   */
  #mark(agent: Agent, { session, n, marks, receipts }: MessageOf<"pulse">): void {
    if (marks === undefined) return;
    const { clockOffsetMs } = agent.identity;
    for (const [id, run] of this.#state.runs) {
      if (!run.has(agent.boot)) continue;
      const isMine = (fault: FaultId) => fault.startsWith(`${id}/`) && agent.wasAssigned(edgeOfFault(fault));
      run.callbacks.marked?.(agent.boot, {
        ...marks,
        arrivedMs: agent.heardMs,
        ...(clockOffsetMs === null ? {} : { offsetMs: clockOffsetMs }),
        reports: marks.reports.filter(({ fault }) => isMine(fault)),
        receipts: receipts.filter((receipt) => isMine(receipt.id)),
      });
    }
    if (marks.reports.length > 0) agent.send({ type: "noted", session, n });
  }

  /** Handles the orderly end of an agent. One that still holds something after all has lost its faults as by a lapse. */
  #left(agent: Agent, remains: Remains): void {
    if (!isClean(remains) || agent.isUnproven) {
      this.reportLost(agent, "lapsed");
      return;
    }
    agent.endedEmpty = true;
    for (const run of this.#state.runs.values()) {
      if (!run.has(agent.boot) || run.lost.has(agent.boot)) continue;
      run.lost.set(agent.boot, "left");
      run.excluded.add(agent.boot);
      run.callbacks.post({ type: "left", boot: agent.boot });
    }
    this.#state.invalidate();
    this.#deps.onLeft();
  }

  /** Handles a refusal: the agent dropped every fault instead of honouring an order. */
  #refused(agent: Agent, why: string): void {
    this.#reconciler.refuse(agent, agent.sent.revisions, why);
    this.#state.invalidate();
    this.#reconciler.afterDrop(agent);
  }

  /**
   * Reports the loss of an agent to each run once, and again when a silent or lapsed agent turns out to have ended:
   * that halts the run.
   */
  reportLost(agent: Agent, how: "exited" | "lapsed" | "silent", of = [...this.#state.runs.values()]): void {
    const { boot } = agent;
    for (const run of of) {
      const before = run.lost.get(boot);
      if (!run.has(boot) || before === "exited" || before === "left" || (before !== undefined && how !== "exited"))
        continue;
      run.lost.set(boot, how);
      run.excluded.add(boot);
      this.#state.invalidate();
      run.callbacks.post({ type: "lost", boot, how });
    }
  }
}
