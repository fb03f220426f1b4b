import type { Log } from "../log.ts";
import type { LifecycleEvent } from "./start/request.ts";

/** Lifecycle events for listeners. A listener that fails keeps no other listener from the event. */
export class LifecycleEvents {
  readonly #log: Log;
  readonly #listeners = new Set<(news: LifecycleEvent) => void>();

  constructor(log: Log) {
    this.#log = log;
  }
  listen(listener: (news: LifecycleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  tell(news: LifecycleEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#log.error(`news of ${news.id} could not be told: ${(error as Error).message}`);
      }
    }
  }
}
