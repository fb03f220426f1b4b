/** A run in the fleet's books: what it wishes at this moment, and whom to tell what the agents say. */
import type { Watch, WatchCount } from "../../agent/contract/index.ts";
import type { Boot, FaultName } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import type { Receipt } from "../../experiments/model/receipt.ts";
import type { Because } from "../../experiments/model/verdict.ts";
import type { Happening } from "../runs/happening.ts";
import type { Audit } from "./audit.ts";
import type { RunWish } from "./wish.ts";

export interface RunVoice {
  readonly plan: Plan;
  /** Server clock, ms. */
  readonly endsAtMs: number;
  readonly post: (happening: Happening) => void;
  /** Server clock, ms: when the runner last worked off its inbox. */
  readonly tickedMs: () => number;
  /** Cumulative counts of this run's watches on one agent, which held generation `gen`. */
  readonly counted: (boot: Boot, counts: readonly WatchCount[], gen: number) => void;
}

/** A runner that did not work off its inbox for this long has its faults taken away (SAFETY.md 1). */
const WEDGED_MS = 2_000;

export class Enlisted implements RunWish {
  readonly voice: RunVoice;
  boots: readonly Boot[] = [];
  revision = 0;
  faults: readonly FaultName[] = [];
  watches: readonly Watch[] = [];
  readonly fallen = new Set<Boot>();
  /** Agents whose loss was told. */
  readonly lost = new Map<Boot, "exited" | "lapsed" | "silent">();
  /** Agents that hold `revision`, told once each. */
  readonly told = new Set<Boot>();
  audit: Audit | null = null;
  readonly #receipts = new Map<Boot, string>();
  /** Set once the gate closed for good: no fault of this run is ever sent again. */
  #closed = false;

  constructor(voice: RunVoice) {
    this.voice = voice;
  }
  get plan(): Plan {
    return this.voice.plan;
  }
  get endsAtMs(): number {
    return this.voice.endsAtMs;
  }

  wish(revision: number, faults: readonly FaultName[]): void {
    this.revision = revision;
    this.faults = this.#closed ? [] : faults;
    this.told.clear();
  }
  /** From here on nothing of this run is sent, whatever is wished: an `apply` that comes late finds the gate closed. */
  closeGate(): void {
    this.#closed = true;
    this.faults = [];
  }
  /** Why its faults must not be granted any longer; null: they may. */
  shouldClose(nowMs: number): { readonly because: Because; readonly reason: string } | null {
    if (this.faults.length === 0) return null;
    if (nowMs - this.voice.tickedMs() > WEDGED_MS)
      return {
        because: "journal",
        reason: "The run's own loop stood still for over 2 s, so its faults were taken away.",
      };
    return nowMs < this.endsAtMs ? null : { because: "deadline", reason: "The run reached its deadline." };
  }
  /** False for receipts that say what the last ones did: they are cumulative, so nothing is lost by passing over them. */
  isNews(boot: Boot, receipts: readonly Receipt[]): boolean {
    const text = JSON.stringify(receipts);
    if (receipts.length === 0 || this.#receipts.get(boot) === text) return false;
    this.#receipts.set(boot, text);
    return true;
  }
  has(boot: Boot): boolean {
    return this.boots.includes(boot);
  }
}
