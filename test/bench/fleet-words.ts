/** Messages between the processes of the fleet bench. */
export interface ToServer {
  readonly do: "ready" | "apply" | "live" | "run" | "halt";
  readonly count: number;
}
export type FromServer =
  | { readonly did: "listen"; readonly port: number }
  | { readonly did: "ready" }
  /** `cpuMs`: CPU of the server process alone, which does not depend on other load on the machine. */
  | { readonly did: "apply"; readonly tookMs: number; readonly cpuMs: number }
  | {
      readonly did: "live";
      readonly pulsesPerSecond: number;
      /** Share of a single processor. */
      readonly cpuShare: number;
      /** The loop was late by so much in 1 of 100 looks. */
      readonly delayMs: number;
      readonly residentMb: number;
      /** Agents that were not heard of for a lease. */
      readonly silent: number;
    }
  | {
      readonly did: "halt";
      readonly asked: number;
      readonly attested: number;
      readonly tookMs: number;
      readonly cpuMs: number;
    };

/** Messages from the process with the whole server. */
export type FromRun =
  | { readonly did: "listen"; readonly port: number }
  | { readonly did: "ready" }
  | {
      readonly did: "run";
      /** Time from the end of the baseline until the last agent has reported holding the fault. */
      readonly tookMs: number;
      readonly cpuShare: number;
      readonly delayMs: number;
      /** The loop was never later. */
      readonly slowestMs: number;
      readonly residentMb: number;
    }
  | {
      readonly did: "halt";
      /** The API's answer to `halt`. */
      readonly answeredMs: number;
      /** From the halt until the audit has graded the last agent. */
      readonly gradedMs: number;
      readonly attested: number;
      /** In the journal of the run. */
      readonly records: number;
    };
