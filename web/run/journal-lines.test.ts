import { describe, expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { kindsOf, linesOf, pagesOf, saysOf } from "./journal-lines.ts";
import { simulatedJournal } from "./simulated-journal.ts";

const RECORDS = simulatedJournal();
const ALL = { kind: "", text: "" };

describe("the lines of a journal", () => {
  it("end at the moment that is shown", () => {
    expect(linesOf(RECORDS, 5, ALL)).toEqual(RECORDS.slice(0, 5));
    expect(kindsOf(RECORDS, 1)).toEqual([["created", 1]]);
  });
  it("are found by kind and by every word, whatever its case", () => {
    const tallied = linesOf(RECORDS, RECORDS.length, { kind: "tallied", text: "" });
    expect(tallied.length).toBeGreaterThan(5);
    const during = linesOf(RECORDS, RECORDS.length, { kind: "tallied", text: '"during" SHOPPERS' });
    expect(during.length).toBeGreaterThan(0);
    expect(during.length).toBeLessThan(tallied.length);
    expect(linesOf(RECORDS, RECORDS.length, { kind: "", text: "nothing-of-that" })).toEqual([]);
  });
  it("count every record once in the list of kinds", () => {
    const counts = kindsOf(RECORDS, RECORDS.length).map(([, count]) => count);
    expect(counts.reduce((a, b) => a + b)).toBe(RECORDS.length);
  });
  it("say something of each record", () => {
    for (const record of RECORDS) expect(saysOf(record, []).length).toBeGreaterThan(3);
  });
  it("say which service ended, and on which edge nothing passed", () => {
    const edges = [{ edge: asEdgeId("checkout->payments"), listen: "127.0.0.1:18003" }];
    const records = simulatedJournal({
      happens: [
        { type: "service-exited", atMs: 9_000, service: "payments", how: "exited with code 1" },
        { type: "unpassed", atMs: 6_100, edges },
      ],
    });
    const said = records.map((record) => saysOf(record, []));
    expect(said).toContain("payments exited with code 1");
    expect(said.some((line) => line.includes("is checkout configured to call 127.0.0.1:18003?"))).toBe(true);
  });
  it("say what passed every edge in a second", () => {
    const said = (more: object) =>
      saysOf(
        {
          ...{ sequence: 1, wallMs: 0, hash: "" },
          entry: {
            kind: "event",
            event: {
              type: "passed",
              atMs: 1,
              fromMs: 0,
              toMs: 1,
              edges: [
                [0, 20, 3],
                [4, 30],
              ],
              ...more,
            },
          },
        },
        [],
      );
    expect(said({})).toBe("50 exchanges on 2 edges, 3 failed");
    expect(said({ stalled: true })).toBe("50 exchanges on 2 edges, 3 failed; the server stood still");
    expect(said({ before: [] })).toBe("the baseline of 0 edges");
  });
  it("fill one page at the least", () => {
    expect([0, 1, 50, 51].map(pagesOf)).toEqual([1, 1, 1, 2]);
  });
});
