/** Sample of the system as a probe takes it; `criteria.ts` and `body.ts` judge it. */
import type { SampleObstacle } from "./errored.ts";

/**
 * A single sample of the system. A refused, reset or timed-out request is *seen* with a `failure`; `errored` means that
 * the prober could not take the sample.
 */
export type Sample =
  | {
      readonly kind: "seen";
      readonly latencyMs: number;
      readonly status?: number;
      readonly value?: number;
      readonly body?: string;
      /** Reason why the body was not read as a whole, such as its size: the body criteria cannot be judged. */
      readonly unread?: SampleObstacle;
      header?(name: string): string | undefined;
      readonly connectMs?: number;
      readonly end?: "clean" | "cut" | "reset" | "timeout";
      readonly exit?: number;
      /** Why there was no proper answer: always bad. */
      readonly failure?: string;
      /** `host:port` of the probed endpoint, where the probe uses several in turn. */
      readonly endpoint?: string;
    }
  | ({ readonly kind: "errored"; readonly endpoint?: string } & SampleObstacle);
export type AnsweredSample = Extract<Sample, { kind: "seen" }>;
