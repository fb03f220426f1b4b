/** A component in a separate chunk, loaded at first display, also by a page whose server is down at that moment. */
import { type ComponentType, lazy } from "react";
import { sleep } from "./clock.ts";

const AGAIN_MS = 1_000;
const FOREVER = new AbortController().signal;
const answers = async (): Promise<boolean> => {
  try {
    return (await fetch("/healthz", { signal: AbortSignal.timeout(5 * AGAIN_MS) })).ok;
  } catch {
    return false;
  }
};

// biome-ignore lint/suspicious/noExplicitAny: as React has it: props of any component
export const chunk = <T extends ComponentType<any>>(load: () => Promise<T>) =>
  lazy(async (): Promise<{ readonly default: T }> => {
    for (;;) {
      try {
        return { default: await load() };
      } catch (error) {
        // The server answers, but lacks this file: the server's version differs from the page's version.
        if (await answers()) throw error;
        await sleep(AGAIN_MS, FOREVER);
      }
    }
  });
