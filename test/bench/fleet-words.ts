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
      /** 99th percentile of the event loop's delay. */
      readonly delayMs: number;
      readonly residentMb: number;
      /** Agents without a message for the length of a lease. */
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
      /** Largest delay of the event loop. */
      readonly slowestMs: number;
      readonly residentMb: number;
    }
  | {
      readonly did: "halt";
      /** Time until the API responded to `halt`. */
      readonly answeredMs: number;
      /** Time from the halt until the audit has graded the last agent. */
      readonly gradedMs: number;
      readonly attested: number;
      /** Records in the journal of the run. */
      readonly records: number;
    };
