import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openStore, type Store } from "../store/open.ts";
import { insertToken } from "../store/tokens.ts";
import { TokenLookups } from "./token-lookups.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-lookups-"));
  store = await openStore({ folder });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
const rowOf = (hash: string) => ({
  ...{ id: hash, name: hash, role: "viewer", hash, service: null, edges: null, instance: null, parent: null },
  ...{ created_by: "local", created_ms: 1, expires_ms: null, revoked_ms: null, last_used_ms: null },
});
/** Lookups whose database queries are counted. */
const counted = () => {
  const selects = vi.spyOn(store.db, "selectFrom");
  return { lookups: new TokenLookups(store.db), queries: () => selects.mock.calls.length };
};
const calm = { urgent: false };

it("finds a good hash among thousands of others, in a few queries for all", async () => {
  await insertToken(store.db, rowOf("good"));
  const { lookups, queries } = counted();
  const wrong = Array.from({ length: 4_000 }, (_, i) => lookups.find(`wrong ${i}`, calm));
  const good = lookups.find("good", calm);
  const twice = Array.from({ length: 1_000 }, () => lookups.find("good", calm));
  expect((await good)?.name).toBe("good");
  expect((await Promise.all(twice)).every((row) => row?.id === "good")).toBe(true);
  expect(await Promise.all(wrong)).toEqual(Array(4_000).fill(undefined));
  expect(queries()).toBeLessThanOrEqual(9);
});

it("asks for what stops faults first, however many wait", async () => {
  await insertToken(store.db, rowOf("good"));
  const { lookups, queries } = counted();
  const wrong = Array.from({ length: 4_000 }, (_, i) => lookups.find(`wrong ${i}`, calm));
  expect((await lookups.find("good", { urgent: true }))?.name).toBe("good");
  expect(queries()).toBe(1);
  await Promise.all(wrong);
});

it("keeps a bounded number waiting, and those go on", async () => {
  const { lookups } = counted();
  const all = Array.from({ length: 20_100 }, (_, i) => lookups.find(`wrong ${i}`, calm));
  const settled = await Promise.allSettled(all);
  expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(100);
});

it("tells everybody who waits when the database fails, and asks again the next time", async () => {
  const { lookups } = counted();
  await store.close();
  for (let i = 0; i < 2; i++)
    expect(
      (await Promise.allSettled([lookups.find("a", calm), lookups.find("b", calm)])).map(({ status }) => status),
    ).toEqual(["rejected", "rejected"]);
  store = await openStore({ folder });
});
