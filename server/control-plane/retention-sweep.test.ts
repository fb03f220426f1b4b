import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { lineLog } from "../log.ts";
import { insertAudit, listAudit } from "../store/audit.ts";
import { openStore, type Store } from "../store/open.ts";
import type { Retention } from "../store/retention.ts";
import { enforceRetention } from "./retention-sweep.ts";

const HOUR_MS = 3_600_000;
let folder: string;
let store: Store;
let clock: FakeClock;
let leading: boolean;
const told: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-retention-"));
  store = await openStore({ folder });
  [clock, leading, told.length] = [new FakeClock(), true, 0];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const sweeping = (retention: Partial<Retention>) =>
  enforceRetention({ clock, log, store, retention, leads: () => leading });
const log = lineLog((line) => told.push(line));
const auditAged = (ms: number) =>
  insertAudit(store.db, {
    ...{ at_ms: clock.wallMs() - ms, principal: "alice", role: "admin", action: "halt", target: "" },
    ...{ outcome: "done", detail: "" },
  });
const kept = async () => (await listAudit(store.db, { limit: 10 })).length;

describe("what is too old", () => {
  it("is deleted once an hour, and only by the server that leads", async () => {
    await auditAged(48 * HOUR_MS);
    await auditAged(HOUR_MS);
    leading = false;
    const stop = sweeping({ auditMs: 24 * HOUR_MS });
    await clock.advance(HOUR_MS);
    expect(await kept()).toBe(2);
    leading = true;
    await clock.advance(HOUR_MS);
    await expect.poll(kept).toBe(1);
    await expect.poll(() => told).toEqual([expect.stringContaining("audit=1")]);
    stop();
    await auditAged(48 * HOUR_MS);
    await clock.advance(5 * HOUR_MS);
    expect(await kept()).toBe(2);
  });
});
