/** The schedules that are looked after, each with its lane and the time at which it is looked at next. */

import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import { Refusal } from "../errors.ts";
import type { DocumentRecord } from "../store/documents.ts";
import { yieldToEventLoop } from "../store/yield-to-event-loop.ts";
import { type Entry, entryOf } from "./entry.ts";
import { Lane } from "./lane.ts";

export interface Attended {
  readonly entry: Entry;
  readonly lane: Lane;
  /** Unix ms; 0: at once. */
  wakeMs: number;
}
/** Reading one takes about a millisecond; the loop gets its turn between so many. */
const AT_A_TIME = 20;

export class Roster {
  readonly #attended = new Map<string, Attended>();

  /** Takes the place of what was there. What has not changed keeps its time; a lane outlives the versions of its schedule. */
  async read(documents: readonly DocumentRecord[]): Promise<void> {
    const names = new Set(documents.map(({ name }) => name));
    for (const name of this.#attended.keys()) if (!names.has(name)) this.#attended.delete(name);
    for (const [i, document] of documents.entries()) {
      if (i % AT_A_TIME === AT_A_TIME - 1) await yieldToEventLoop();
      const known = this.#attended.get(document.name);
      if (known?.entry.version === document.version) continue;
      this.#attended.set(document.name, { entry: entryOf(document), lane: known?.lane ?? new Lane(), wakeMs: 0 });
    }
  }
  get all(): readonly Attended[] {
    return [...this.#attended.values()];
  }
  get names(): readonly string[] {
    return [...this.#attended.keys()].sort();
  }
  find(name: string): Attended | undefined {
    return this.#attended.get(name);
  }
  /** Whether this is what the name means now: its schedule may have been changed or deleted meanwhile. */
  has(attended: Attended): boolean {
    return this.#attended.get(attended.entry.name) === attended;
  }
  /** Throws Refusal `no-such-schedule`. */
  get(name: string): Attended {
    const attended = this.#attended.get(name);
    if (attended === undefined) throw new Refusal("no-such-schedule", `there is no schedule ${JSON.stringify(name)}`);
    return attended;
  }
  /** One that can be used; throws Refusal. */
  usable(name: string): { readonly attended: Attended; readonly schedule: Schedule } {
    const attended = this.get(name);
    const { read } = attended.entry;
    if ("problem" in read) throw new Refusal("invalid-document", `schedule ${name} cannot be used: ${read.problem}`);
    return { attended, schedule: read.schedule };
  }
}
