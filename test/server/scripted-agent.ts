/** Scripted agent: speaks the contract over a real WebSocket and follows the test's script, but proxies no traffic. */
import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import {
  CONTRACT_VERSION,
  type EdgeOffer,
  type EdgeOrder,
  type FaultOrder,
  type ToAgent,
  type ToServer,
  type Watch,
  type WatchCount,
} from "../../agent/contract/index.ts";
import { readProcessMark } from "../../agent/process/process-mark.ts";
import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import { asAgentBoot, asInstance, type Instance } from "../../experiments/model/names.ts";

export interface Script {
  readonly url: string;
  readonly token: string;
  readonly pid?: number;
  readonly instance?: Instance;
  readonly service?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Capabilities that the agent announces; absent: none. */
  readonly knows?: readonly string[];
  /** Edges that the agent offers, at the caller and at the callee; absent: none. */
  readonly offers?: readonly EdgeOffer[];
  readonly calleeOffers?: readonly EdgeOffer[];
  /** True: the agent attests when asked to drop faults; default true. */
  attests?: boolean;
  /** True: the agent sends pulses; default true. */
  pulses?: boolean;
  /** True: the agent acknowledges orders with `applied`; default true. */
  applies?: boolean;
}
const PULSE_MS = 100;

export class ScriptedAgent {
  readonly boot = asAgentBoot(randomUUID());
  readonly script: Script;
  readonly heard: ToAgent[] = [];
  /** Arrival time of each message, by performance.now(). */
  readonly heardMs: number[] = [];
  faults: readonly FaultOrder[] = [];
  watches: readonly Watch[] = [];
  watchCounts = new Map<string, WatchCount>();
  #receipts = new Map<string, Receipt>();
  #socket!: WebSocket;
  #session = "";
  #mark = { epoch: 0, gen: 0 };
  #n = 0;
  #timer: NodeJS.Timeout | undefined;
  #liveSinceMs = 0;

  constructor(script: Script) {
    this.script = script;
  }
  static async connect(script: Script): Promise<ScriptedAgent> {
    const agent = new ScriptedAgent(script);
    await agent.open();
    return agent;
  }
  open(): Promise<void> {
    const {
      url,
      token,
      pid = process.pid,
      instance = asInstance("scripted"),
      service = null,
      labels = {},
      knows = [],
      offers = [],
      calleeOffers = [],
    } = this.script;
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/agent`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return new Promise((resolve, reject) => {
      this.#socket.on("error", reject);
      this.#socket.on("close", () => clearInterval(this.#timer));
      this.#socket.on("open", () => {
        const table = { ...this.#mark, ids: this.faults.map(({ id }) => id) };
        const who = {
          v: CONTRACT_VERSION,
          version: "0",
          cluster: "",
          instance,
          service,
          labels,
          offers,
          calleeOffers,
          knows,
        };
        const mark = { boot: this.boot, pid, process: readProcessMark(pid), predecessor: null };
        this.say({ type: "hello", ...who, ...mark, seen: this.#mark, table });
      });
      this.#socket.on("message", (data) => {
        const message = JSON.parse(String(data)) as ToAgent;
        this.heard.push(message);
        this.heardMs.push(performance.now());
        this.#hear(message);
        if (message.type === "welcome") resolve();
      });
    });
  }
  say(message: ToServer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
  close(): void {
    clearInterval(this.#timer);
    this.#socket.terminate();
  }
  get isLive(): boolean {
    return this.faults.length > 0;
  }
  /** Counts an exchange as hit by every live fault. */
  pass(): void {
    for (const order of this.faults) {
      const receipt = this.#receipts.get(order.id)!;
      const ordinals = [...receipt.ordinals, receipt.matched + 1].slice(0, 1_000);
      const counts = { seen: receipt.seen + 1, matched: receipt.matched + 1, injected: receipt.injected + 1 };
      this.#receipts.set(order.id, { ...receipt, ...counts, ordinals });
    }
  }

  #hear(message: ToAgent): void {
    switch (message.type) {
      case "welcome":
        this.#session = message.session;
        this.#serve(message.edges ?? []);
        this.#pulse();
        this.#timer = setInterval(() => this.#pulse(), PULSE_MS);
        return;
      case "edges":
        this.#serve(message.edges);
        return;
      case "apply": {
        if (message.faults.length > 0 && !this.isLive) this.#liveSinceMs = performance.now();
        this.faults = message.faults;
        this.watches = message.watches;
        this.#mark = { epoch: message.epoch, gen: message.gen };
        for (const fault of message.faults) this.#receipts.set(fault.id, this.#receipts.get(fault.id) ?? empty(fault));
        for (const { id } of message.watches)
          this.watchCounts.set(id, this.watchCounts.get(id) ?? { id, good: 0, bad: 0, open: 0, firstBad: [] });
        if (this.script.applies === false) return;
        const { session, epoch, gen } = message;
        this.say({ type: "applied", session, epoch, gen });
        return;
      }
      case "renew":
        return;
      case "drop":
        this.#drop(message.nonce);
    }
  }
  #serve(edges: readonly EdgeOrder[]): void {
    const serving = edges.map(({ id, listen }) => ({ id, listen }));
    this.say({ type: "serving", session: this.#session, edges: serving, failed: [] });
  }
  #drop(nonce: string): void {
    this.faults = [];
    this.watches = [];
    if (this.script.attests === false) return;
    this.say({ type: "attest", nonce, boot: this.boot, ...this.#mark, remains: this.remains(), ...this.#told() });
  }
  remains() {
    return { live: this.faults.length, held: 0, wounded: 0, external: 0 };
  }
  #told() {
    const liveMs = this.isLive ? Math.round(performance.now() - this.#liveSinceMs) : 0;
    const receipts = [...this.#receipts.values()].map((receipt) => ({
      ...receipt,
      liveMs: Math.max(liveMs, receipt.liveMs),
    }));
    for (const receipt of receipts) this.#receipts.set(receipt.id, receipt);
    return { receipts, watches: [...this.watchCounts.values()] };
  }
  #pulse(): void {
    if (this.script.pulses === false) return;
    const { remains, ...rest } = { remains: this.remains(), ...this.#told() };
    this.say({ type: "pulse", session: this.#session, n: ++this.#n, table: this.#mark, remains, ...rest, edges: [] });
  }
}
const empty = ({ id, name, edge }: FaultOrder): Receipt => ({
  ...{ id, fault: name, edge, unit: "exchange" },
  ...{ seen: 0, matched: 0, injected: 0, spared: 0, capped: 0, untouched: 0, liveMs: 0, ordinals: [] },
});
