/** Ctrl-C, `kill` and a closed terminal: the first asks for an orderly end, the second ends at once. */
import { EXIT } from "../../experiments/model/verdict.ts";

export interface Interruption {
  /** The signal that came; null: none so far. */
  readonly signal: NodeJS.Signals | null;
  /** Called at once when it has come already. Returns how to stop listening. */
  onSignal(call: (signal: NodeJS.Signals) => void): () => void;
  /** Rejects with `Interrupted` when a signal comes before the promise is settled. */
  race<T>(promise: Promise<T>): Promise<T>;
  close(): void;
}
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export const listenForSignals = (
  say: (line: string) => void,
  signals: readonly NodeJS.Signals[] = SIGNALS,
): Interruption => {
  let signal: NodeJS.Signals | null = null;
  const calls = new Set<(signal: NodeJS.Signals) => void>();
  const hear = (heard: NodeJS.Signals) => {
    if (signal !== null) {
      say(`${heard} again: ending at once. Agents drop their faults by themselves when this process is gone.`);
      process.exit(EXIT.HALTED);
    }
    signal = heard;
    say(`${heard}: taking the faults away; once more ends at once`);
    for (const call of [...calls]) call(heard);
  };
  for (const name of signals) process.on(name, hear);
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
        const stop = interruption.onSignal((heard) => reject(new Interrupted(heard)));
        promise.then(resolve, reject).finally(stop);
      });
    },
    close() {
      for (const name of signals) process.off(name, hear);
    },
  };
  return interruption;
};
