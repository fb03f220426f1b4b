import { expect, it } from "vitest";
import { asAgentBoot, asInstance, asRunId } from "../../experiments/model/names.ts";
import { recordedOwner } from "../../server/fleet/boot-owners.ts";
import { insertAudit, listAudit } from "../../server/store/audit.ts";
import { deleteBoots, findBoot, listBoots, upsertBoots } from "../../server/store/boots.ts";
import {
  enqueueDelivery,
  listDueDeliveries,
  nextDeliveryMs,
  recordDeliveryOutcome,
} from "../../server/store/deliveries.ts";
import { deleteDocument, getDocument, listDocuments, pageVersions, putDocument } from "../../server/store/documents.ts";
import { VersionMismatch } from "../../server/store/errors.ts";
import {
  deleteScheduleState,
  insertInstant,
  listInstants,
  listScheduleStates,
  readScheduleState,
  recordInstantOutcome,
  upsertScheduleState,
} from "../../server/store/instants.ts";
import { insertRun } from "../../server/store/runs.ts";
import {
  findToken,
  findTokensByHash,
  insertToken,
  listTokens,
  revokeToken,
  touchToken,
} from "../../server/store/tokens.ts";
import { errorOf, onBoth } from "./databases.ts";
import { NOON, runRow } from "./samples.ts";

const mesh = (name: string, content: unknown) => ({ kind: "Mesh", name, content, by: "ada", atMs: NOON });

onBoth("documents", (withStore) => {
  it("keep every version, and make none where nothing changed", () =>
    withStore(async ({ db }) => {
      const first = await putDocument(db, mesh("shop", { edges: [1] }));
      expect(first).toMatchObject({
        changed: true,
        created: true,
        document: { version: 1, content: { edges: [1] }, deleted: false },
      });
      expect(await putDocument(db, mesh("shop", { edges: [1] }))).toEqual({ ...first, changed: false, created: false });
      expect(await putDocument(db, mesh("shop", { edges: [2] }))).toMatchObject({ document: { version: 2 } });
      expect(await getDocument(db, "Mesh", "shop")).toMatchObject({ version: 2, content: { edges: [2] } });
      expect(await getDocument(db, "Mesh", "shop", 1)).toEqual(first.document);
      for (const none of [3, Number.MAX_SAFE_INTEGER]) expect(await getDocument(db, "Mesh", "shop", none)).toBeNull();
      expect((await pageVersions(db, "Mesh", "shop")).map(({ version }) => version)).toEqual([2, 1]);
      expect((await pageVersions(db, "Mesh", "shop", { before: 2 })).map(({ version }) => version)).toEqual([1]);
    }));
  it("are removed by a version of their own, and may come back after it", () =>
    withStore(async ({ db }) => {
      const { kind, name, by, atMs } = mesh("shop", null);
      expect(await deleteDocument(db, { kind, name, by, atMs })).toBe(false);
      await putDocument(db, mesh("shop", { edges: [1] }));
      expect(await deleteDocument(db, { kind, name, by, atMs, expected: 1 })).toBe(true);
      expect(await getDocument(db, kind, name)).toBeNull();
      expect(await listDocuments(db)).toEqual([]);
      expect(await putDocument(db, { ...mesh("shop", { edges: [1] }), expected: null })).toMatchObject({
        changed: true,
        document: { version: 3 },
      });
    }));
  it("refuse a change to a version that its writer had not seen", () =>
    withStore(async ({ db }) => {
      await putDocument(db, { ...mesh("shop", 1), expected: null });
      const late = await errorOf(putDocument(db, { ...mesh("shop", 2), expected: null }));
      expect(late).toBeInstanceOf(VersionMismatch);
      expect(late.message).toContain('Mesh "shop" is at version 1, expected it absent');
      expect(await errorOf(putDocument(db, { ...mesh("shop", 2), expected: 2 }))).toBeInstanceOf(VersionMismatch);
      expect(await putDocument(db, { ...mesh("shop", 2), expected: 1 })).toMatchObject({ document: { version: 2 } });
    }));
  it("of two writers at once both are kept, or one is told", () =>
    withStore(async ({ db }) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => putDocument(db, mesh("shop", { writer: i }))),
      );
      const refused = outcomes.filter((outcome) => outcome.status === "rejected");
      for (const { reason } of refused) expect(reason).toBeInstanceOf(VersionMismatch);
      const versions = (await pageVersions(db, "Mesh", "shop")).map(({ version }) => version);
      expect(versions).toHaveLength(8 - refused.length);
      expect(versions).toEqual(versions.map((_, i) => versions.length - i));
    }));
  it("of the same name in two namespaces have versions, content and removal of their own", () =>
    withStore(async ({ db }) => {
      await putDocument(db, mesh("x", { of: "default" }));
      await putDocument(db, mesh("shop/x", { of: "shop" }));
      await putDocument(db, mesh("shop/x", { of: "shop", again: true }));
      await putDocument(db, mesh("shop-x", { of: "another name" }));
      expect(await getDocument(db, "Mesh", "x")).toMatchObject({ version: 1, content: { of: "default" } });
      expect(await getDocument(db, "Mesh", "shop/x")).toMatchObject({ version: 2, content: { of: "shop" } });
      const { by, atMs } = mesh("x", null);
      expect(await deleteDocument(db, { kind: "Mesh", name: "shop/x", by, atMs })).toBe(true);
      expect((await listDocuments(db)).map(({ name }) => name)).toEqual(["shop-x", "x"]);
      expect((await pageVersions(db, "Mesh", "shop/x")).map(({ version }) => version)).toEqual([3, 2, 1]);
      const longest = `${"n".repeat(63)}/${"x".repeat(63)}`;
      await putDocument(db, mesh(longest, {}));
      expect(await getDocument(db, "Mesh", longest)).toMatchObject({ name: longest });
    }));
  it("are listed as they are now, by kind and name", () =>
    withStore(async ({ db }) => {
      for (const name of ["b", "a"]) await putDocument(db, mesh(name, { name }));
      await putDocument(db, mesh("a", { name, again: true }));
      await putDocument(db, { ...mesh("a", 1), kind: "Experiment" });
      const names = async (kind?: string) =>
        (await listDocuments(db, kind)).map((found) => `${found.kind}/${found.name}`);
      expect(await names()).toEqual(["Experiment/a", "Mesh/a", "Mesh/b"]);
      expect(await names("Mesh")).toEqual(["Mesh/a", "Mesh/b"]);
    }));
});
const name = "again";

onBoth("schedules", (withStore) => {
  const instant = (instantMs: number) => ({
    ...{ schedule: "nightly", instant_ms: instantMs, outcome: "started", reason: "", run: null, at_ms: NOON },
  });
  it("invariant 22: of many that fire for one instant at once, one makes a run", () =>
    withStore(async ({ db }) => {
      const firing = Array.from({ length: 12 }, (_, i) =>
        db.transaction().execute(async (tx) => {
          if (!(await insertInstant(tx, { ...instant(NOON), run: asRunId(`run-${i}`), reacted: 0 }))) return false;
          await insertRun(tx, runRow(asRunId(`run-${i}`), { schedule: "nightly" }));
          return true;
        }),
      );
      expect((await Promise.all(firing)).filter(Boolean)).toHaveLength(1);
      expect(await db.selectFrom("runs").selectAll().execute()).toHaveLength(1);
    }));
  it("remember what became of each instant, newest first", () =>
    withStore(async ({ db }) => {
      for (let i = 0; i < 5; i++)
        await db.transaction().execute((tx) => insertInstant(tx, { ...instant(NOON + i), reacted: 0 }));
      await recordInstantOutcome(db, "nightly", NOON + 4, { outcome: "missed", run: null });
      const instants = await listInstants(db, "nightly", { limit: 2 });
      expect(instants.map(({ instant_ms, outcome }) => [instant_ms, outcome])).toEqual([
        [NOON + 4, "missed"],
        [NOON + 3, "started"],
      ]);
      expect(await listInstants(db, "nightly", { before: NOON + 1 })).toHaveLength(1);
    }));
  it("change only what is said of their state", () =>
    withStore(async ({ db }) => {
      expect(await readScheduleState(db, "nightly")).toBeNull();
      await upsertScheduleState(db, "nightly", {});
      await upsertScheduleState(db, "nightly", { paused_reason: "BROKEN", paused_ms: NOON });
      await upsertScheduleState(db, "nightly", { considered_ms: NOON + 1 });
      const state = { schedule: "nightly", paused_reason: "BROKEN", paused_ms: NOON, considered_ms: NOON + 1 };
      expect(await readScheduleState(db, "nightly")).toMatchObject({ ...state, retries_left: null });
      expect(await listScheduleStates(db)).toHaveLength(1);
      await deleteScheduleState(db, "nightly");
      expect(await readScheduleState(db, "nightly")).toBeNull();
    }));
});

onBoth("tokens", (withStore) => {
  const token = (id: string) => ({
    ...{ id, name: "ci", role: "operator", hash: `hash-${id}`, created_by: "ada", created_ms: NOON },
  });
  it("are found by hash or id, revoked once, and unique by hash", () =>
    withStore(async ({ db }) => {
      await insertToken(db, { ...token("a"), edges: JSON.stringify(["a->b"]) });
      expect((await errorOf(insertToken(db, { ...token("b"), hash: "hash-a" }))).message).toMatch(/unique/i);
      expect(await findTokensByHash(db, ["hash-a", "hash-b"])).toMatchObject([
        { id: "a", edges: '["a->b"]', revoked_ms: null },
      ]);
      expect(await revokeToken(db, "a", NOON)).toBe(true);
      expect(await revokeToken(db, "a", NOON + 1)).toBe(false);
      expect(await revokeToken(db, "none", NOON)).toBe(false);
      expect(await findToken(db, "a")).toMatchObject({ revoked_ms: NOON });
      expect(await listTokens(db)).toHaveLength(1);
    }));
  it("remember when they were last used, never an earlier time", () =>
    withStore(async ({ db }) => {
      await insertToken(db, token("a"));
      for (const atMs of [NOON, NOON + 2, NOON + 1]) await touchToken(db, "a", atMs);
      expect(await findToken(db, "a")).toMatchObject({ last_used_ms: NOON + 2 });
    }));
});

onBoth("the audit log", (withStore) => {
  const row = { principal: "ada", role: "admin", action: "halt", target: "all", outcome: "ok", detail: "" };
  it("is read newest first, in pages, by who and what and when", () =>
    withStore(async ({ db }) => {
      for (let i = 0; i < 5; i++) await insertAudit(db, { ...row, at_ms: NOON + i, target: `t${i}` });
      await insertAudit(db, { ...row, at_ms: NOON + 9, principal: "bob", action: "release" });
      const targets = async (query: Omit<Parameters<typeof listAudit>[1], "limit">) =>
        (await listAudit(db, { limit: 3, ...query })).map(({ target }) => target);
      expect(await targets({ principal: "ada" })).toEqual(["t4", "t3", "t2"]);
      expect(await targets({ action: "release" })).toEqual(["all"]);
      expect(await targets({ target: "t1" })).toEqual(["t1"]);
      expect(await targets({ since: NOON + 1, until: NOON + 3 })).toEqual(["t2", "t1"]);
      const [last] = await listAudit(db, { limit: 1, target: "t2" });
      expect(await targets({ before: last!.id })).toEqual(["t1", "t0"]);
    }));
  it("takes any text that a stranger may send", () =>
    withStore(async ({ db }) => {
      const hostile = "a\0b \u{1f4a5} \ud800 '\"; drop table audit; --";
      await insertAudit(db, { ...row, at_ms: NOON, target: hostile, detail: "x".repeat(100_000) });
      const [found] = await listAudit(db, { limit: 1 });
      expect(found!.target).toMatch(/^a.b .*drop table audit; --$/s);
      expect(found!.detail).toHaveLength(100_000);
    }));
});

onBoth("the outbox", (withStore) => {
  it("gives what is due until it is delivered or given up", () =>
    withStore(async ({ db }) => {
      const delivery = { webhook: "chat", event: "verdict", body: "{}", atMs: NOON };
      const id = await enqueueDelivery(db, delivery);
      const later = await enqueueDelivery(db, { ...delivery, atMs: NOON + 10 });
      expect((await listDueDeliveries(db, NOON, 10)).map((row) => row.id)).toEqual([id]);
      await recordDeliveryOutcome(db, id, { nextMs: NOON + 50, problem: "503" });
      expect(await listDueDeliveries(db, NOON, 10)).toEqual([]);
      expect(await nextDeliveryMs(db)).toBe(NOON + 10);
      await recordDeliveryOutcome(db, later, { doneMs: NOON + 11, problem: null });
      expect((await listDueDeliveries(db, NOON + 50, 10))[0]).toMatchObject({ id, attempts: 1, problem: "503" });
      await recordDeliveryOutcome(db, id, { doneMs: NOON + 60, problem: "given up after 2 attempts" });
      expect(await nextDeliveryMs(db)).toBeNull();
    }));
});

onBoth("agent processes", (withStore) => {
  const row = {
    ...{ boot: asAgentBoot("b"), instance: asInstance("i"), service: "s", credential: "t", met_ms: NOON },
    ...{ pid: 7, pid_started: "99", machine_boot: null },
  };
  it("are remembered as they were; only the credential that speaks for one may become another", () =>
    withStore(async ({ db }) => {
      await upsertBoots(db, [row]);
      await upsertBoots(db, [{ ...row, pid: 8, met_ms: NOON + 1, credential: "u" }]);
      expect(await findBoot(db, asAgentBoot("b"))).toEqual({ ...row, credential: "u" });
      await deleteBoots(db, [asAgentBoot("a"), asAgentBoot("b")]);
      expect(await findBoot(db, asAgentBoot("b"))).toBeUndefined();
    }));
  it("are listed with whether their credential can still be used, and without those of nobody", () =>
    withStore(async ({ db }) => {
      const token = { name: "ci", role: "agent", created_by: "ada", created_ms: NOON };
      for (const id of ["good", "brief", "revoked"])
        await insertToken(db, { ...token, id, hash: id, expires_ms: id === "brief" ? NOON + 9 : null });
      await revokeToken(db, "revoked", NOON);
      for (const [i, credential] of ["local", "good", "brief", "revoked", "deleted", null].entries())
        await upsertBoots(db, [{ ...row, boot: asAgentBoot(`b${i}`), credential, met_ms: NOON - i }]);
      const owners = (await listBoots(db)).map(recordedOwner);
      expect(owners.map(({ credential, expiresMs }) => [credential, expiresMs])).toEqual([
        ...[
          ["deleted", 0],
          ["revoked", 0],
          ["brief", NOON + 9],
          ["good", null],
          ["local", null],
        ],
      ]);
    }));
});
