/** Fault table: the faults that are held, by whose order, and until when at the latest. It starts empty; its marks stay when it is emptied. */
import type { FaultId } from "../../experiments/model/names.ts";
import { type FaultOrder, LONGEST_FAULT_MS, type TableMark } from "../contract/messages.ts";

const NO_MARK: TableMark = { epoch: 0, gen: 0 };
/** Clusters whose marks are kept; an agent meets a second one when its database is restored elsewhere. */
const MOST_CLUSTERS = 16;

export class FaultTable {
  /** Whose servers speak: the marks are those of this cluster. "": none has told its name. */
  #cluster = "";
  /** What was heard from other clusters: none of it is taken again from those. */
  readonly #elsewhere = new Map<string, TableMark>();
  #seen = NO_MARK;
  #mark = NO_MARK;
  #held: readonly FaultOrder[] = [];
  /** When each fault ends or ended, by id: an order that comes again cannot move it later. */
  readonly #endsAtMs = new Map<FaultId, number>();

  get cluster(): string {
    return this.#cluster;
  }
  /** The newest order heard of, honoured or not: nothing up to it is taken again. */
  get seen(): TableMark {
    return this.#seen;
  }
  /** The order that the table is from; the last one, once it is empty. */
  get mark(): TableMark {
    return this.#mark;
  }
  /** Whether or not they rest or have ended by themselves. */
  get held(): readonly FaultOrder[] {
    return this.#held;
  }
  /** Monotonic ms; -Infinity: never heard of. */
  endsAtMs(id: FaultId): number {
    return this.#endsAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
  }

  isNew({ epoch, gen }: TableMark): boolean {
    return epoch > this.#seen.epoch || (epoch === this.#seen.epoch && gen > this.#seen.gen);
  }
  /** Whether a server of this cluster is another than those heard so far. The first server that tells its cluster is no other. */
  isOther(cluster: string): boolean {
    return this.#cluster !== "" && cluster !== this.#cluster;
  }
  /** A server of this cluster speaks. Epochs of two clusters cannot be compared, so each cluster has marks of its own. */
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
  /** A server of this epoch speaks: whatever an earlier one says is fenced off from here on. */
  enterEpoch(epoch: number): void {
    if (epoch > this.#seen.epoch) this.#seen = { epoch, gen: 0 };
  }
  /** Heard and not honoured: it is not taken when it comes again. */
  markSeen({ epoch, gen }: TableMark): void {
    if (this.isNew({ epoch, gen })) this.#seen = { epoch, gen };
  }
  /** Holds a new set. Each fault ends `notAfterMs` after `fromMs` at the latest, and never later than it was to end before. */
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
