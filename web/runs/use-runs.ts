/** The list of runs, asked for again and again. */
import { useEffect, useState } from "react";
import type { RunSummary } from "../../server/api/contract/index.ts";
import type { Client } from "../api/client.ts";
import { nowMs, sleep } from "../clock.ts";

export interface RunsView {
  /** null: nothing has come yet. */
  readonly runs: readonly RunSummary[] | null;
  /** When it came, monotonic ms. */
  readonly heardMs: number;
  /** Why there is nothing newer; null: there is. */
  readonly failure: string | null;
}
const LOOK_MS = 2_000;
const ANSWER_MS = 5_000;

export const useRuns = (client: Client): RunsView => {
  const [view, setView] = useState<RunsView>(() => ({ runs: null, heardMs: nowMs(), failure: null }));
  useEffect(() => {
    const stop = new AbortController();
    const look = async () => {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_MS)]);
      try {
        const { runs } = await client.call("GET /api/v1/runs", { signal });
        setView({ runs, heardMs: nowMs(), failure: null });
      } catch (error) {
        if (stop.signal.aborted) return;
        const failure = error instanceof Error ? error.message : String(error);
        setView((before) => ({ ...before, failure }));
      }
    };
    void (async () => {
      while (!stop.signal.aborted) {
        await look();
        await sleep(LOOK_MS, stop.signal);
      }
    })();
    return () => stop.abort();
  }, [client]);
  return view;
};
