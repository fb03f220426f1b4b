/** Client of `peer.py`, which plays both ends of each run and records the view of each end. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PYTHON } from "../../scripts/needs.ts";
import type { CalleeScript, CallerScript } from "./script.ts";

/** View of a connection from one of its ends. */
export interface EndView {
  /** Results of the steps, in order. */
  readonly log: readonly string[];
  /** Time of each entry of the log since the connection was open, ms. */
  readonly times: readonly number[];
  /** Bytes that steps asked for. */
  readonly received: number;
  /** Hash of these bytes. */
  readonly hash: string;
  /** Ends that came from the peer: `fin`, `rst`. */
  readonly ends: readonly string[];
}
export interface RunView {
  readonly caller: readonly EndView[];
  /** By order of accept. */
  readonly callee: readonly EndView[];
  /** Steps that both ends began. */
  readonly events: number;
}
export interface PeerOrder {
  readonly caller: CallerScript;
  readonly callee: CalleeScript;
  /** Port on which the callee listens. */
  readonly listen: number;
  /** Port that the caller dials: the callee's, or an agent's. */
  readonly dial: number;
  /** Factor of every rest and wait; absent: 1. */
  readonly pace?: number;
  /** Called before the event of this number; the run waits for the result. */
  readonly stop?: { readonly at: number; readonly call: () => Promise<void> };
}
type Message = { readonly id: string } & (RunView | { readonly at: number } | { readonly defect: string });
interface Play {
  readonly order: PeerOrder;
  readonly resolve: (view: RunView) => void;
  readonly reject: (error: Error) => void;
}

export class Peer {
  readonly #child: ChildProcess;
  readonly #plays = new Map<string, Play>();
  #ids = 0;
  #errors = "";

  constructor() {
    const file = join(import.meta.dirname, "peer.py");
    this.#child = spawn(PYTHON.find()!, ["-u", file], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr!.setEncoding("utf8").on("data", (text) => {
      this.#errors += text;
    });
    this.#child.stdin!.on("error", () => {});
    createInterface({ input: this.#child.stdout! }).on("line", (line) => this.#hear(JSON.parse(line)));
    this.#child.on("exit", () => {
      for (const { reject } of this.#plays.values()) reject(new Error(`the peer ended: ${this.#errors}`));
    });
  }
  play(order: PeerOrder): Promise<RunView> {
    const id = String(++this.#ids);
    const { caller, callee, listen, dial, stop, pace = 1 } = order;
    return new Promise((resolve, reject) => {
      this.#plays.set(id, { order, resolve, reject });
      this.#say({ id, caller, callee, listen, dial, pace, ...(stop === undefined ? {} : { stop: stop.at }) });
    });
  }
  close(): void {
    this.#child.kill("SIGKILL");
  }

  #say(message: object): void {
    this.#child.stdin!.write(`${JSON.stringify(message)}\n`);
  }
  #hear(message: Message): void {
    const { id } = message;
    const { order, resolve, reject } = this.#plays.get(id)!;
    if ("at" in message) {
      order.stop!.call().then(() => this.#say({ id, go: true }), reject);
      return;
    }
    this.#plays.delete(id);
    if ("defect" in message) reject(new Error(`peer.py: ${message.defect}`));
    else resolve(message);
  }
}
