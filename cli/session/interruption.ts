/**
 * Ctrl-C, `kill`, a closed terminal and the loss of the package manager that started this: the first requests an
 * orderly end, the second ends at once.
 */
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import type { Context } from "../context.ts";

export interface Interruption {
  /** The signal that came; null: none so far. */
  readonly signal: NodeJS.Signals | null;
  /** Called at once when a signal has come already. Returns a function that stops listening. */
  onSignal(call: (signal: NodeJS.Signals) => void): () => void;
  /** Rejects with `Interrupted` when a signal comes before the promise is settled. */
  race<T>(promise: Promise<T>): Promise<T>;
  close(): void;
}
export class InterruptedError extends Error {
  override readonly name = "Interrupted";
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
/**
 * A package manager passes on a signal that the terminal has sent to the whole group, so a single Ctrl-C comes twice
 * within milliseconds; and a signal to the group ends the shell above, which is a loss beside the signal.
 */
const ECHO_MS = 500;

export const listenForSignals = (
  { clock, launcher }: Pick<Context, "clock" | "launcher">,
  say: (line: string) => void,
  signals: readonly NodeJS.Signals[] = SIGNALS,
): Interruption => {
  let signal: NodeJS.Signals | null = null;
  let sinceMs = 0;
  const calls = new Set<(signal: NodeJS.Signals) => void>();
  const begin = (heard: NodeJS.Signals, why: string) => {
    signal = heard;
    sinceMs = clock.nowMs();
    say(`${why}: taking the faults away; once more ends at once`);
    for (const call of [...calls]) call(heard);
  };
  const hear = (heard: NodeJS.Signals) => {
    if (signal === null) return begin(heard, heard);
    if (launcher.echoes && clock.nowMs() - sinceMs < ECHO_MS) return;
    say(`${heard} again: ending at once. Agents drop their faults by themselves when this process is gone.`);
    process.exit(EXIT.HALTED);
  };
  for (const name of signals) process.on(name, hear);
  const watch = launcher.watch(() => {
    if (signal === null) begin("SIGTERM", "the package manager that started this is gone, which counts as SIGTERM");
  });
  const interruption: Interruption = {
    get signal() {
      return signal;
    },
    onSignal(call) {
      if (signal !== null) call(signal);
      calls.add(call);
      return () => {
        calls.delete(call);
      };
    },
    race(promise) {
      return new Promise((resolve, reject) => {
        const stop = interruption.onSignal((heard) => reject(new InterruptedError(heard)));
        promise.then(resolve, reject).finally(stop);
      });
    },
    close() {
      watch.stop();
      for (const name of signals) process.off(name, hear);
    },
  };
  return interruption;
};
