import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../run/event.ts";
import { EXAMPLE } from "../run/example.ts";
import { simulate } from "../run/simulation.ts";
import { chainText, checkJournal, foldJournal, GENESIS, type JournalRecord, type RunCreated } from "./journal.ts";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const created: RunCreated = {
  plan: EXAMPLE,
  file: "experiments/shop/x.yaml",
  description: "Shoppers can still check out.",
  labels: {},
  annotations: {},
  source: {},
};
type Entry = JournalRecord["entry"];
const chain = (entries: readonly Entry[]): JournalRecord[] => {
  let previous = GENESIS;
  return entries.map((entry, i) => {
    const bare = { sequence: i + 1, wallMs: 1_700_000_000_000 + i, entry };
    previous = digest(chainText(previous, bare));
    return { ...bare, hash: previous };
  });
};
const journalOf = (events: readonly RunEvent[], close = true): JournalRecord[] => {
  const entries: Entry[] = [
    { kind: "created", created },
    ...events.map((event) => ({ kind: "event", event }) as const),
  ];
  const open = chain(entries);
  const closing: Entry = { kind: "closed", count: open.length, head: open.at(-1)!.hash };
  return close ? chain([...entries, closing]) : open;
};
const { run, events } = simulate(EXAMPLE);
const GOOD = journalOf(events);

describe("a journal", () => {
  it("folds to the run that wrote it, also after a trip through JSON", () => {
    expect(foldJournal(GOOD)).toEqual(run);
    expect(foldJournal(JSON.parse(JSON.stringify(GOOD)))).toEqual(run);
    expect(foldJournal([])).toBeNull();
  });
  it("numbers its findings as its records: the first event is record 2", () => {
    const half = foldJournal(GOOD.slice(0, 10));
    expect(half?.sequence).toBe(GOOD[9]!.sequence);
  });
  it("is found right when nothing was touched", () => {
    expect(run).toMatchObject({ verdict: "HELD" });
    expect(checkJournal(GOOD, digest)).toEqual([]);
    expect(checkJournal(JSON.parse(JSON.stringify(GOOD)), digest)).toEqual([]);
    expect(checkJournal(GOOD.slice(0, 12), digest)).toEqual([]);
  });
  it("shows a record that was changed, taken out or moved", () => {
    const changed = GOOD.map((record) => (record.sequence === 7 ? { ...record, wallMs: 0 } : record));
    expect(checkJournal(changed, digest)).toEqual([expect.stringMatching(/^record 7 has the hash /)]);
    const gone = GOOD.filter(({ sequence }) => sequence !== 7);
    expect(checkJournal(gone, digest)[0]).toBe("record 7 has the number 8");
    const moved = [...GOOD.slice(0, 5), GOOD[6]!, GOOD[5]!, ...GOOD.slice(7)];
    expect(checkJournal(moved, digest).length).toBeGreaterThan(1);
  });
  it("shows events that go back in time", () => {
    const late = journalOf([...events.slice(0, 3), { type: "woke", atMs: 5 }], false);
    expect(checkJournal(late, digest)).toEqual([expect.stringMatching(/^record 5 \(woke\) is at 5 ms, before/)]);
  });
  it("shows a closing record that does not fit", () => {
    const open = journalOf(events, false);
    const entries = open.map(({ entry }) => entry);
    const wrong = chain([...entries, { kind: "closed", count: 3, head: "x" }]);
    expect(checkJournal(wrong, digest)).toEqual([
      `the closing record counts 3 records before it, there are ${open.length}`,
      "the closing record names another hash than its predecessor's",
    ]);
    expect(checkJournal(journalOf(events.slice(0, 5)), digest)).toEqual([
      "the journal is closed, but its run is baseline",
    ]);
  });
  it("must begin with what the run was made from", () => {
    expect(checkJournal([], digest)).toEqual(["the journal is empty, expected a `created` record first"]);
    expect(checkJournal(GOOD.slice(1), digest)).toEqual(["record 1 is `event`, expected `created`"]);
  });
});
