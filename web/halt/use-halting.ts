/** Halt attempts in sequence, until the server has acknowledged an attempt. */
import { useCallback, useEffect, useRef, useState } from "react";
import { sleep } from "../clock.ts";
import { outcomeOf, pauseMs } from "./outcome.ts";

export interface Halting {
  readonly isSending: boolean;
  /** Attempts that failed. */
  readonly failed: number;
  /** Failure of the last attempt, and whether another attempt follows without a press; null: no failure. */
  readonly problem: { readonly why: string; readonly again: boolean } | null;
}
const IDLE: Halting = { isSending: false, failed: 0, problem: null };

/** `send` must settle within a few seconds. `attempt` sends at once, without the pause before the next attempt. */
export const useHalting = (send: () => Promise<unknown>, onDone: () => void) => {
  const [halting, setHalting] = useState<Halting>(IDLE);
  const current = useRef({ send, onDone });
  current.current = { send, onDone };
  const stop = useRef<AbortController | null>(null);
  const sending = useRef(false);
  useEffect(() => () => stop.current?.abort(), []);
  const attempt = useCallback(() => {
    if (sending.current) return;
    stop.current?.abort();
    const own = new AbortController();
    stop.current = own;
    const go = async () => {
      for (let failed = 0; !own.signal.aborted; await sleep(pauseMs(failed), own.signal)) {
        sending.current = true;
        setHalting((before) => ({ ...before, isSending: true }));
        const outcome = await current.current.send().then(() => ({ is: "done" }) as const, outcomeOf);
        sending.current = false;
        if (own.signal.aborted) return;
        if (outcome.is === "done") return current.current.onDone();
        failed++;
        setHalting((before) => ({ isSending: false, failed: before.failed + 1, problem: outcome }));
        if (!outcome.again) return;
      }
    };
    go().catch((error: unknown) => {
      sending.current = false;
      setHalting((before) => ({ ...before, isSending: false, problem: { why: String(error), again: false } }));
    });
  }, []);
  return { ...halting, attempt };
};
