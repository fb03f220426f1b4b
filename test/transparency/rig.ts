/**
 * Rig of the transparency suite: the peers, and an agent between them with many edges, so that many runs go on at once.
 * Each slot has a callee port and an edge of each protocol to that port.
 */
import type { EdgeOrder, FaultOrder } from "../../agent/contract/messages.ts";
import type { Tier } from "../../agent/transport/transport.ts";
import { asEdgeId, type EdgeId } from "../../experiments/model/names.ts";
import { type AgentProcess, startAgent } from "../agent/process.ts";
import { ContractServer } from "../agent/server.ts";
import { freePorts } from "../ports.ts";
import { sleep } from "../waiting.ts";
import { Peer, type PeerOrder, type RunView } from "./peer.ts";
import { PROTOCOLS, type Protocol } from "./row.ts";
import type { CalleeScript, CallerScript } from "./script.ts";

export interface RigOptions {
  readonly slots?: number;
  readonly tier?: Tier;
  /** Binary of the agent's Node. */
  readonly node?: string;
  /** Files that the agent's Node loads first. */
  readonly preload?: readonly string[];
  /** Factor of every rest and wait, for an agent that is slow. */
  readonly pace?: number;
}
export interface Slot {
  readonly number: number;
  readonly callee: number;
  readonly edges: Readonly<Record<Protocol, { readonly id: EdgeId; readonly port: number }>>;
}
export interface PairScripts {
  readonly caller: CallerScript;
  readonly callee: CalleeScript;
}

const edgeOf = (protocol: Protocol, slot: number): EdgeId => asEdgeId(`${protocol}-${slot}->callee`);

/** Time for which a flipped fault is live, ms: shorter than any rest between two steps. */
const LIVE_MS = 10;

export class Rig {
  readonly tier: Tier;
  readonly #pace: number;
  readonly agent: AgentProcess;
  readonly server: ContractServer;
  readonly peer: Peer;
  readonly slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  readonly #faults = new Map<string, readonly FaultOrder[]>();

  private constructor(
    { tier, pace }: { readonly tier: Tier; readonly pace: number },
    agent: AgentProcess,
    server: ContractServer,
    peer: Peer,
    slots: readonly Slot[],
  ) {
    this.tier = tier;
    this.#pace = pace;
    this.agent = agent;
    this.server = server;
    this.peer = peer;
    this.slots = slots;
    this.#free = [...slots];
  }
  static async start({ slots: count = 32, tier = "raw", node, preload = [], pace = 1 }: RigOptions = {}): Promise<Rig> {
    const ports = await freePorts(count);
    const orders = ports.flatMap((port, slot) =>
      PROTOCOLS.map(
        (protocol): EdgeOrder => ({
          ...{ id: edgeOf(protocol, slot), listen: "127.0.0.1:0", protocol, healthPath: null },
          endpoints: [`127.0.0.1:${port}`],
        }),
      ),
    );
    const server = await ContractServer.start(orders);
    const flags = ["--server", server.url, "--instance", "i", "--transport", tier];
    const agent = await startAgent(
      flags,
      preload.flatMap((file) => ["--import", file]),
      node,
    );
    await server.hears("pulse");
    const slots = ports.map((callee, number): Slot => {
      const edge = (protocol: Protocol) => {
        const id = edgeOf(protocol, number);
        return { id, port: agent.listen[id]!.port };
      };
      return { number, callee, edges: { http: edge("http"), tcp: edge("tcp") } };
    });
    return new Rig({ tier, pace }, agent, server, new Peer(), slots);
  }
  async close(): Promise<void> {
    this.peer.close();
    await this.server.stop();
    this.agent.kill("SIGKILL");
    await this.agent.ended;
  }

  /** Runs with a slot of its own, once a slot is free. */
  async withSlot<T>(use: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = this.#free.pop() ?? (await new Promise<Slot>((resolve) => this.#waiting.push(resolve)));
    try {
      return await use(slot);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(slot);
      else next(slot);
    }
  }
  /** `pace`: factor of every rest and wait. */
  direct({ caller, callee }: PairScripts, pace = 1): Promise<RunView> {
    return this.withSlot((slot) => this.#play({ caller, callee, pace, listen: slot.callee, dial: slot.callee }));
  }
  through(protocol: Protocol, { caller, callee }: PairScripts, pace = 1): Promise<RunView> {
    return this.withSlot((slot) => {
      const { port } = slot.edges[protocol];
      return this.#play({ caller, callee, pace, listen: slot.callee, dial: port });
    });
  }
  /**
   * Makes a fault live before the event of this number, and ends the fault 10 ms later (times the pace): the event and
   * its consequences meet the fault, and then its end.
   */
  throughFlip(
    protocol: Protocol,
    { caller, callee }: PairScripts,
    pace: number,
    at: number,
    faultOn: (edge: EdgeId) => FaultOrder,
  ): Promise<RunView> {
    return this.withSlot(async (slot) => {
      const { id, port } = slot.edges[protocol];
      let ended: Promise<void> = Promise.resolve();
      const flip = async () => {
        await this.strike(id, [faultOn(id)]);
        ended = sleep(LIVE_MS * pace).then(() => this.strike(id, []));
      };
      const stop = { at, call: flip };
      const view = await this.#play({ caller, callee, pace, listen: slot.callee, dial: port, stop });
      await ended;
      return view;
    });
  }
  #play({ pace = 1, ...order }: PeerOrder): Promise<RunView> {
    return this.peer.play({ ...order, pace: pace * this.#pace });
  }

  /** Makes exactly these faults live on an edge, beside the faults of other edges; waits for the agent's answer. */
  async strike(edge: EdgeId, faults: readonly FaultOrder[]): Promise<void> {
    if (faults.length === 0) this.#faults.delete(edge);
    else this.#faults.set(edge, faults);
    await this.server.apply([...this.#faults.values()].flat());
  }
}
