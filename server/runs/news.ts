import type { Log } from "../log.ts";
import type { RunNews } from "./submission.ts";

/** Tells who wants to know. A listener that fails keeps nobody else from hearing it. */
export class News {
  readonly #log: Log;
  readonly #listeners = new Set<(news: RunNews) => void>();

  constructor(log: Log) {
    this.#log = log;
  }
  listen(listener: (news: RunNews) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  tell(news: RunNews): void {
    for (const listener of this.#listeners) {
      try {
        listener(news);
      } catch (error) {
        this.#log.error(`news of ${news.id} could not be told: ${(error as Error).message}`);
      }
    }
  }
}
