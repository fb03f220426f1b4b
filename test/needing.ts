/** Tests that need what a machine may lack: they are left out there, with the reason behind their titles, which `npm test` counts. */
import type { SuiteAPI, TestAPI } from "vitest";

type Callable = (...given: never[]) => unknown;
const isCallable = (value: unknown): value is Callable => typeof value === "function";

/** Titles come first in a call, or in the call of what `each` answers. */
const withReason = <T extends Callable>(api: T, reason: string): T =>
  new Proxy(api, {
    apply(target, self, [first, ...rest]) {
      const title = typeof first === "string" ? `${first} (left out: ${reason})` : first;
      const answer: unknown = Reflect.apply(target, self, [title, ...rest]);
      return isCallable(answer) ? withReason(answer, reason) : answer;
    },
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      return isCallable(value) ? withReason(value, reason) : value;
    },
  });

/** `it` or `describe` for what needs something. `lack`: why it is not to be had here; null: it is. */
export const needing = <T extends TestAPI | SuiteAPI>(api: T, lack: string | null): T =>
  lack === null ? api : (withReason(api.skip as unknown as Callable, lack) as unknown as T);
