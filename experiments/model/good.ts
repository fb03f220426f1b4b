/** What makes one look good. The one judge of a single sample, used by the server's probes and by the agents (DESIGN.md 4). */
import type { Pattern } from "./match.ts";
import type { Comparison } from "./units.ts";

/** Inclusive bounds: `2xx` is {200, 299}, `"<500"` is {100, 499}, `200` is {200, 200}. */
export interface StatusRange {
  readonly least: number;
  readonly most: number;
}
/** Model form; plain JSON, since it is sent to agents. All keys are ANDed. */
export interface Criteria {
  readonly status?: readonly StatusRange[];
  /** Milliseconds from the intended send to the last byte. */
  readonly withinMs?: number;
  readonly value?: Comparison;
  readonly body?: Pattern;
  /** RFC 9535 JSON path → what its first node must be. */
  readonly json?: Readonly<Record<string, Pattern | Comparison | number | boolean | null>>;
  readonly headers?: Readonly<Record<string, Pattern>>;
  /** TCP: connected within so many milliseconds. */
  readonly connectMs?: number;
  /** TCP: ended by FIN from both sides, not by a reset or a timeout. */
  readonly end?: "clean";
  /** `process`: exit code. */
  readonly exit?: number;
}

/** One look at the system. A refused, reset or timed-out request is *seen* with a `failure`; `errored` means the prober could not look. */
export type Sample =
  | {
      readonly kind: "seen";
      readonly latencyMs: number;
      readonly status?: number;
      readonly value?: number;
      readonly body?: string;
      header?(name: string): string | undefined;
      readonly connectMs?: number;
      readonly end?: "clean" | "reset" | "timeout";
      readonly exit?: number;
      /** Why there was no proper answer: always bad. */
      readonly failure?: string;
    }
  | { readonly kind: "errored"; readonly why: string };
export type Seen = Extract<Sample, { kind: "seen" }>;
