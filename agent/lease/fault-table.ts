/**
 * Fault table: the held faults, the order behind them, and each fault's latest end. The table starts empty; emptying
 * the table keeps the marks.
 */
import type { FaultId } from "../../experiments/model/names.ts";
import { LONGEST_FAULT_MS } from "../contract/limits.ts";
import type { FaultOrder, TableMark } from "../contract/messages.ts";

const NO_MARK: TableMark = { epoch: 0, gen: 0 };
/** Clusters whose marks are kept; an agent meets a second cluster when the server's database is restored elsewhere. */
const MOST_CLUSTERS = 16;

export class FaultTable {
  /** Cluster that the marks belong to. "": no server has sent a cluster name yet. */
  #cluster = "";
  /** Newest order of each other cluster: orders up to that mark are not taken again from that cluster. */
  readonly #elsewhere = new Map<string, TableMark>();
  #seen = NO_MARK;
  #mark = NO_MARK;
  #held: readonly FaultOrder[] = [];
  /** End of each fault, past or future, by id: a repeated order cannot move the end later. */
  readonly #endsAtMs = new Map<FaultId, number>();

  get cluster(): string {
    return this.#cluster;
  }
  /** Newest order received, honoured or not: orders up to this mark are not taken again. */
  get seen(): TableMark {
    return this.#seen;
  }
  /** Order that the held set came from; once the table is empty, the last such order. */
  get mark(): TableMark {
    return this.#mark;
  }
  /** Held faults, including those that rest in a pulse or have ended by themselves. */
  get held(): readonly FaultOrder[] {
    return this.#held;
  }
  /** End of a fault, monotonic ms; -Infinity: an unknown fault. */
  endsAtMs(id: FaultId): number {
    return this.#endsAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
  }

  isNew({ epoch, gen }: TableMark): boolean {
    return epoch > this.#seen.epoch || (epoch === this.#seen.epoch && gen > this.#seen.gen);
  }
  /**
   * True when `cluster` differs from the cluster of the servers heard so far. The first named cluster is never another.
   */
  isOther(cluster: string): boolean {
    return this.#cluster !== "" && cluster !== this.#cluster;
  }
  /**
   * Switches to the marks of this cluster. Epochs of two clusters cannot be compared, so each cluster has separate
   * marks.
   */
  switchCluster(cluster: string): void {
    if (this.isOther(cluster)) {
      this.#elsewhere.set(this.#cluster, this.#seen);
      this.#seen = this.#elsewhere.get(cluster) ?? NO_MARK;
      this.#mark = this.#seen;
      this.#elsewhere.delete(cluster);
      const [oldest] = this.#elsewhere.keys();
      if (this.#elsewhere.size > MOST_CLUSTERS) this.#elsewhere.delete(oldest!);
    }
    this.#cluster = cluster;
  }
  /** Enters a server's epoch: orders of earlier epochs are fenced off from here on. */
  enterEpoch(epoch: number): void {
    if (epoch > this.#seen.epoch) this.#seen = { epoch, gen: 0 };
  }
  /** Marks an order as received but not honoured: the same order is not taken when repeated. */
  markSeen({ epoch, gen }: TableMark): void {
    if (this.isNew({ epoch, gen })) this.#seen = { epoch, gen };
  }
  /**
   * Holds a new set. Each fault ends `notAfterMs` after `fromMs` at the latest, and never later than a recorded end.
   */
  replace({ epoch, gen }: TableMark, faults: readonly FaultOrder[], fromMs: number): void {
    this.#seen = { epoch, gen };
    this.#mark = this.#seen;
    this.#held = faults;
    for (const { id, notAfterMs } of faults) {
      const endsAtMs = fromMs + Math.min(notAfterMs, LONGEST_FAULT_MS);
      this.#endsAtMs.set(id, Math.min(endsAtMs, this.#endsAtMs.get(id) ?? Number.POSITIVE_INFINITY));
    }
    for (const [id, endsAtMs] of this.#endsAtMs) if (endsAtMs + LONGEST_FAULT_MS < fromMs) this.#endsAtMs.delete(id);
  }
  empty(): void {
    this.#held = [];
  }
}
