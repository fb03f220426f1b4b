/**
 * Tests that need a program or a right that a machine may lack: such tests are left out there, with the reason behind
 * the title, and `npm test` counts the left-out tests.
 */
import type { SuiteAPI, TestAPI } from "vitest";

type Callable = (...given: never[]) => unknown;
const isCallable = (value: unknown): value is Callable => typeof value === "function";

/** Adds the reason to the title, the first argument of a call, or of the call of the function that `each` returns. */
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

/** Returns `it` or `describe`, skipping when a requirement is missing. `lack`: reason; null: the requirement is met. */
export const needing = <T extends TestAPI | SuiteAPI>(api: T, lack: string | null): T =>
  lack === null ? api : (withReason(api.skip as unknown as Callable, lack) as unknown as T);
