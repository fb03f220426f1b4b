/**
 * File descriptors of the agent's process, shared out among the edges (DATA-PATH.md 1): at the limit libuv accepts a
 * connection and closes it without a word, which a caller takes for a clean end. So each pair is admitted only with
 * room for both of its sockets, and no edge can take the room that another needs.
 */
import { readFileSync } from "node:fs";

/** Descriptors kept for everything but pairs: the server's connection, local control, logs, listening sockets. */
const KEPT_FOR_CONTROL = 64;
export const DESCRIPTORS_A_PAIR = 2;

/** Soft limit of this process as the kernel states it in `/proc/self/limits`; infinite: no limit, or no such file. */
export const readDescriptorLimit = (read = () => readFileSync("/proc/self/limits", "latin1")): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(read()) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

export class Descriptors {
  readonly #room: number;
  readonly #edges = new Set<EdgeDescriptors>();
  #used = 0;

  constructor(limit: number) {
    this.#room = Math.max(0, limit - KEPT_FOR_CONTROL);
  }
  /** Opens the share of another edge. */
  open(): EdgeDescriptors {
    const edge = new EdgeDescriptors(this);
    this.#edges.add(edge);
    return edge;
  }
  /** Half of the room is kept for the edges in equal parts; the other half goes to those who come first. */
  get #reserve(): number {
    const part = Math.floor(this.#room / 2 / this.#edges.size);
    return part - (part % DESCRIPTORS_A_PAIR);
  }
  /** Takes room for a pair; false: the edge has used its share. */
  take(edge: EdgeDescriptors): boolean {
    if (this.#room !== Number.POSITIVE_INFINITY && this.#used + DESCRIPTORS_A_PAIR > this.#room / 2) {
      const reserve = this.#reserve;
      let kept = 0;
      for (const other of this.#edges) if (other !== edge) kept += Math.max(0, reserve - other.used);
      const isMine = edge.used + DESCRIPTORS_A_PAIR <= reserve;
      if (!isMine && this.#used + kept + DESCRIPTORS_A_PAIR > this.#room) return false;
      if (this.#used + DESCRIPTORS_A_PAIR > this.#room) return false;
    }
    this.#used += DESCRIPTORS_A_PAIR;
    return true;
  }
  give(count: number): void {
    this.#used -= count;
  }
  close(edge: EdgeDescriptors): void {
    this.#edges.delete(edge);
  }
}

/** Room for the pairs of an edge. */
export interface PairRoom {
  /** Takes room for both sockets of a pair; false: the edge has used its share. */
  takePair(): boolean;
  /** Gives the descriptors of sockets back that have closed. */
  give(count: number): void;
  /** The edge is gone; its last sockets may still give their descriptors back. */
  close(): void;
}
export const UNBOUNDED_ROOM: PairRoom = { takePair: () => true, give() {}, close() {} };

/** Share of an edge. */
export class EdgeDescriptors implements PairRoom {
  readonly #all: Descriptors;
  used = 0;

  constructor(all: Descriptors) {
    this.#all = all;
  }
  takePair(): boolean {
    if (!this.#all.take(this)) return false;
    this.used += DESCRIPTORS_A_PAIR;
    return true;
  }
  give(count: number): void {
    this.used -= count;
    this.#all.give(count);
  }
  close(): void {
    this.#all.close(this);
  }
}
