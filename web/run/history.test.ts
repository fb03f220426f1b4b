import { describe, expect, it } from "vitest";
import { foldJournal } from "../../experiments/model/journal/journal.ts";
import { EXAMPLE } from "../../experiments/model/run/example.ts";
import { openHistory } from "./history.ts";
import { simulatedJournal } from "./simulated-journal.ts";

/** Run long enough for more than a single kept fold. */
const LONG = { ...EXAMPLE, phases: { ...EXAMPLE.phases, duringMs: 60_000 } };
const RECORDS = simulatedJournal({}, LONG);
const historyOf = () => {
  const history = openHistory();
  for (const record of RECORDS) history.add(record);
  return history;
};

describe("the history of a run", () => {
  it("gives the run as it stood after any part of its journal, in whatever order one looks", () => {
    const history = historyOf();
    const counts = RECORDS.map((_, i) => i + 1);
    expect(counts.length).toBeGreaterThan(128);
    const some = counts.filter((count) => count % 9 === 0);
    for (const count of [...some, ...some.toReversed(), 70, 3, 65, 64, 66, 129, 130, 128])
      expect(history.after(count)?.run).toEqual(foldJournal(RECORDS.slice(0, count)));
  });
  it("knows nothing before the first record", () => {
    expect(historyOf().after(0)).toBeNull();
    expect(openHistory().after(0)).toBeNull();
  });
  it("grows: what was the newest becomes a part", () => {
    const history = openHistory();
    for (const [i, record] of RECORDS.entries()) {
      history.add(record);
      expect(history.after(i + 1)?.run.sequence).toBe(Math.min(i + 1, RECORDS.length - 1));
    }
    expect(history.after(RECORDS.length)?.run.at).toBe("finished");
    expect(history.after(10)?.run.at).not.toBe("finished");
  });
  it("counts the records up to a moment, that moment's own included", () => {
    const history = historyOf();
    const times = RECORDS.map((_, i) => history.after(i + 1)!.run.atMs);
    for (const atMs of [-1, 0, 1, 1_020, 5_999.5, 6_000, 1e9])
      expect(history.countAt(atMs)).toBe(times.filter((time) => time <= atMs).length);
  });
  it("folds each record once while it grows", () => {
    const history = openHistory();
    let read = 0;
    for (const record of RECORDS) {
      const { entry } = record;
      history.add({
        ...record,
        get entry() {
          read += 1;
          return entry;
        },
      });
      history.after(history.records.length);
    }
    // Each record is read once for the fold and once for the moments.
    expect(read).toBeLessThanOrEqual(2 * RECORDS.length);
  });
});
