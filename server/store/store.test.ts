import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import { chainRecord, findChainBreak } from "./chain.ts";
import { appendRecords, readRecords } from "./journal.ts";
import { acquireLeaderRowAlone } from "./leader-row.ts";
import { DATABASE_FILE, FolderLocked, openStore, type Store } from "./open.ts";
import { insertRun } from "./runs.ts";

const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-store-"));
  folders.push(folder);
  return folder;
};
const chainOf = (length: number): JournalRecord[] => {
  const records: JournalRecord[] = [];
  for (let i = 0; i < length; i++)
    records.push(chainRecord(records.at(-1) ?? null, 1_000 + i, { kind: "event", event: { type: "woke", atMs: i } }));
  return records;
};
const closed = (records: readonly JournalRecord[]) => {
  const last = records.at(-1)!;
  return [...records, chainRecord(last, 2_000, { kind: "closed", count: last.sequence, head: last.hash })];
};
const row = (id: RunId) => ({
  ...{ id, experiment: "e", file: null, state: "queued", verdict: null, because: null, reason: "" },
  ...{ seed: 1, started_ms: 1, duration_ms: 0, closed: 0 },
});

describe("the hash chain", () => {
  it("is whole as it was written, closed or not", () => {
    expect(findChainBreak(chainOf(5))).toBeNull();
    expect(findChainBreak(closed(chainOf(5)))).toBeNull();
  });
  it("breaks where a record was changed", () => {
    const records = chainOf(5);
    records[2] = { ...records[2]!, entry: { kind: "event", event: { type: "woke", atMs: 99 } } };
    expect(findChainBreak(records)).toBe(3);
  });
  it("breaks where a record was dropped, added behind the last, or put elsewhere", () => {
    const records = chainOf(5);
    expect(findChainBreak(records.toSpliced(2, 1))).toBe(3);
    expect(findChainBreak([records[1]!, records[0]!])).toBe(1);
    const over = closed(records);
    expect(
      findChainBreak([...over, chainRecord(over.at(-1)!, 3_000, { kind: "event", event: { type: "woke", atMs: 9 } })]),
    ).toBe(7);
  });
  it("breaks when the closing record does not count what is before it", () => {
    const records = chainOf(5);
    const last = records.at(-1)!;
    expect(findChainBreak([...records, chainRecord(last, 1, { kind: "closed", count: 4, head: last.hash })])).toBe(6);
  });
});

describe("the folder of a store", () => {
  let store: Store | undefined;
  afterEach(async () => {
    await store?.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it("is for its owner's eyes only", async () => {
    const where = join(newFolder(), "made", "here");
    store = await openStore({ folder: where });
    expect(statSync(where).mode & 0o777).toBe(0o700);
    for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`])
      expect(statSync(join(where, name)).mode & 0o777).toBe(0o600);
  });
  it("is refused to a second one while it is open, which harms the first in nothing", async () => {
    const folder = newFolder();
    store = await openStore({ folder });
    const epoch = await acquireLeaderRowAlone(store.db, "me", "http://me");
    await insertRun(store.db, row(asRunId("a")));
    await expect(openStore({ folder })).rejects.toThrow(FolderLocked);
    await appendRecords(store.db, asRunId("a"), chainOf(3), epoch);
    expect(await readRecords(store.db, asRunId("a"))).toHaveLength(3);
  });
});
