import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../test/server/fake-clock.ts";
import type { ServerConfig } from "./config/config.ts";
import { lineLog } from "./log.ts";
import { PendingHalt } from "./runs/halt/pending-halt.ts";
import type { Runs } from "./runs/runs.ts";
import { insertAudit, listAudit } from "./store/audit.ts";
import { openStore, type Store } from "./store/open.ts";
import { type ControlPlaneDeps, enforceRetention, haltOnClockJump } from "./wiring.ts";

const HOUR_MS = 3_600_000;
let folder: string;
let store: Store;
let clock: FakeClock;
let leading: boolean;
const told: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-wiring-"));
  store = await openStore({ folder });
  [clock, leading, told.length] = [new FakeClock(), true, 0];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const deps = (config: Partial<ServerConfig> = {}): ControlPlaneDeps => ({
  config: { folder, mesh: null, listen: { host: "127.0.0.1", port: 0 }, token: "", allowExec: false, log, ...config },
  ...{ clock, log, store },
  pendingHalt: new PendingHalt(),
  leadership: {
    epoch: 1,
    leads: () => leading,
    resign: async () => {},
    raiseEpoch: async () => {},
    clockOffsetMs: () => 0,
    outage: null,
  },
});
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
    const stop = enforceRetention(deps({ retention: { auditMs: 24 * HOUR_MS } }));
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

describe("invariant 5: a clock that jumps", () => {
  const stage = () => {
    const halted: unknown[] = [];
    const runs = { haltAll: async (...given: unknown[]) => halted.push(given) } as unknown as Runs;
    return { halted, stop: haltOnClockJump(deps(), runs) };
  };
  it("halts every run of the term at once, and latches nothing", async () => {
    for (const jump of [() => (clock.wallJumpMs += 5_000), () => (clock.uptimeJumpMs += 60_000)]) {
      const { halted, stop } = stage();
      await clock.advance(10_000);
      expect(halted).toEqual([]);
      jump();
      await clock.advance(250);
      expect(halted).toEqual([
        [expect.objectContaining({ because: "clock-jump", recover: false }), expect.objectContaining({ latch: false })],
      ]);
      stop();
    }
  });
  it("is nobody's concern once the term has ended", async () => {
    const { halted, stop } = stage();
    stop();
    clock.wallJumpMs += 5_000;
    await clock.advance(1_000);
    expect(halted).toEqual([]);
  });
});
