/**
 * Memory for the bytes that the faults of a process hold, with a budget in memory and not in payload: 256 MiB of bytes
 * in buffers of their own had 409–519 MB resident. Parts are copied into slabs, which are used again.
 *
 * A slab is free when its last part has left, so parts that leave at about the same time lie together: each slab
 * belongs to a lane, the binary logarithm of the wait in ms. A stall that lasts for minutes keeps no slab that short
 * delays need.
 */
import { type MemoryUser, MemoryUsers } from "./memory-users.ts";
import { Slab } from "./slab.ts";

const MOST_BYTES = 256 * 1024 * 1024;
/** Part of the memory that the process may use at most, where a limit is set (cgroups). */
const PART_OF_LIMIT = 1 / 4;
/** Default of `--held-memory`. `constrained`: limit on the process's memory, bytes; 0, or more than a machine has: none. */
export const budgetFor = (constrained: number): number =>
  constrained > 0 ? Math.min(MOST_BYTES, Math.floor(constrained * PART_OF_LIMIT)) : MOST_BYTES;
/** Least budget, bytes: a slab for each lane that faults commonly need. */
export const LEAST_BUDGET = 4 * 1024 * 1024;

const LARGEST_SLAB = 1024 * 1024;
const SMALLEST_SLAB = 64 * 1024;
/** Slabs in a budget, at least, so that a few slabs begun by several lanes do not use the budget up. */
const SLABS = 64;
/** Lane of parts that wait for the end of their fault. */
const LAST_LANE = 31;
/** Rests of a second, by the pulse, until the memory goes back to the system. */
const RESTS = 10;
/** Memory of a held part beside its bytes: the objects of its queue. Measured as 210 bytes resident. */
export const COST_OF_PART = 256;

/** Shares of the budget in use from which memory is short and spent, and below which that is over. */
const LEVELS = [
  { from: 1 / 2, below: 3 / 8 },
  { from: 1, below: 7 / 8 },
] as const;

const laneOf = (waitMs: number): number =>
  waitMs >= 2 ** 30 ? LAST_LANE : 32 - Math.clz32(Math.max(0, Math.floor(waitMs)));

export class HeldMemory {
  readonly #budget: number;
  readonly #slabSize: number;
  /** Slab of each lane that takes further parts. */
  readonly #open: (Slab | undefined)[] = [];
  #free: Slab[] = [];
  /** Number of slabs that hold a part. */
  #slabs = 0;
  #parts = 0;
  readonly #users = new MemoryUsers();
  /** 0: room; 1: short; 2: spent. */
  #level = 0;
  /** Number of calls of `rest` since the last part was held. */
  #rests = 0;

  /** `budget`: most memory, bytes. */
  constructor(budget: number) {
    this.#budget = budget;
    this.#slabSize = Math.max(SMALLEST_SLAB, Math.min(LARGEST_SLAB, Math.floor(budget / SLABS)));
  }
  /** Memory in use, bytes: slabs as a whole, and the objects of each part. */
  get usedBytes(): number {
    return this.#slabs * this.#slabSize + this.#parts * COST_OF_PART;
  }
  /**
   * True: flows under faults that limit hold no further bytes. A stall keeps its bytes for as long as the fault lives, and
   * must leave memory to delays, whose bytes leave by time.
   */
  get isShort(): boolean {
    return this.#level > 0;
  }
  /** True: no flow takes more from its source. Ten thousand flows would otherwise take a read more each. */
  get isSpent(): boolean {
    return this.#level > 1;
  }
  /** Calls `memoryChanged` whenever `isShort` or `isSpent` changes, until `leave`. */
  join(user: MemoryUser): void {
    this.#users.add(user);
  }
  leave(user: MemoryUser): void {
    this.#users.delete(user);
  }
  /** Most bytes that a flow may hold which holds `own` bytes already: half of what the other flows leave free. */
  mostFor(own: number): number {
    return Math.max(0, this.#budget - this.usedBytes + own) / 2;
  }
  /**
   * Slab with room for a part that leaves after `waitMs`, where the part's first bytes go. The caller appends bytes at
   * once, and gives the slab back (`release`) when the part has left.
   */
  take(waitMs: number): Slab {
    const lane = laneOf(waitMs);
    let slab = this.#open[lane];
    if (slab === undefined || slab.room === 0) {
      slab = this.#free.pop() ?? new Slab(this.#slabSize);
      slab.lane = lane;
      this.#open[lane] = slab;
    }
    this.share(slab);
    return slab;
  }
  /** Counts another part of a slab: a part was split. */
  share(slab: Slab): void {
    if (slab.parts === 0) this.#slabs++;
    this.#rests = 0;
    slab.parts++;
    this.#parts++;
    const next = LEVELS[this.#level];
    if (next !== undefined && this.usedBytes >= this.#budget * next.from) this.#turn(this.#level + 1);
  }
  /** Gives the memory of a part back. */
  release(slab: Slab): void {
    slab.parts--;
    this.#parts--;
    if (slab.parts === 0) this.#emptied(slab);
    const now = LEVELS[this.#level - 1];
    if (now !== undefined && this.usedBytes < this.#budget * now.below) this.#turn(this.#level - 1);
  }
  #turn(level: number): void {
    this.#level = level;
    this.#users.tell();
  }
  #emptied(slab: Slab): void {
    this.#slabs--;
    slab.clear();
    const isOpen = this.#open[slab.lane] === slab;
    if (isOpen && slab.isRetired) this.#open[slab.lane] = undefined;
    else if (!isOpen && !slab.isRetired) this.#free.push(slab);
  }
  /** Gives the memory of a part back whose bytes a write may still read. */
  retire(slab: Slab): void {
    slab.isRetired = true;
    this.release(slab);
  }
  /** Lets go of all slabs after `RESTS` calls without a held part between them. Called at each pulse. */
  rest(): void {
    if (this.#parts > 0 || ++this.#rests !== RESTS) return;
    this.#free = [];
    for (const [lane, slab] of this.#open.entries()) if (slab !== undefined) this.#open[lane] = undefined;
  }
}
