import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asInstance } from "../../experiments/model/names.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { noLog } from "../log.ts";
import { openStore, type Store } from "../store/open.ts";
import { listTokens } from "../store/tokens.ts";
import { LOCAL } from "./roles.ts";
import { MOST_SESSIONS, openSession, SESSION_MS } from "./sessions.ts";
import { Tokens } from "./tokens.ts";

const OWN = "the-server's-own-token";
let folder: string;
let store: Store;
let clock: FakeClock;
let tokens: Tokens;
const opened = (own = OWN) => new Tokens({ clock, db: store.db, log: noLog, own });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-tokens-"));
  store = await openStore({ folder });
  clock = new FakeClock();
  tokens = opened();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});
const HOUR_MS = 3_600_000;
const make = (more: object = {}) =>
  tokens.create({ name: "alice", role: "operator", by: LOCAL, expiresMs: null, ...more });

describe("a token", () => {
  it("is 256 bits of chance that the database does not have", async () => {
    const { secret } = await make();
    expect(secret).toMatch(/^squall_[\w-]{43}$/);
    expect((await make()).secret).not.toBe(secret);
    expect(JSON.stringify(await listTokens(store.db))).not.toContain(secret);
    expect(await tokens.credentialOf(secret)).toMatchObject({ principal: { name: "alice", role: "operator" } });
    for (const wrong of ["", secret.slice(0, -1), `${secret}x`, secret.toUpperCase(), OWN.slice(1)])
      expect(await tokens.credentialOf(wrong)).toBeNull();
  });
  it("of the configuration is its administrator's, with or without a database", async () => {
    await store.close();
    expect(await tokens.credentialOf(OWN)).toMatchObject({ principal: LOCAL });
    store = await openStore({ folder });
  });
  it("ends when it expires, to the millisecond, also while it is remembered", async () => {
    const { secret } = await make({ expiresMs: clock.wallMs() + 2_000 });
    await clock.advance(1_999);
    expect(await tokens.credentialOf(secret)).not.toBeNull();
    await clock.advance(1);
    expect(await tokens.credentialOf(secret)).toBeNull();
    expect(await tokens.credentialOf(secret, { urgent: true })).toBeNull();
  });
  it("ends at once where it is revoked, and elsewhere within seconds", async () => {
    const { row, secret } = await make();
    const elsewhere = opened();
    expect(await elsewhere.credentialOf(secret)).not.toBeNull();
    const told: string[] = [];
    tokens.onRevoked((id) => told.push(id));
    await tokens.revoke(row.id);
    expect(told).toEqual([row.id]);
    expect(await tokens.credentialOf(secret)).toBeNull();
    await clock.advance(5_000);
    expect(await elsewhere.credentialOf(secret)).toBeNull();
    expect(await tokens.revoke("nobody")).toBeNull();
  });
  it("is not brought back by a look that began before it was revoked", async () => {
    const { row, secret } = await make();
    await clock.advance(6_000);
    const [seen] = await Promise.all([tokens.credentialOf(secret), tokens.revoke(row.id)]);
    expect([null, "alice"]).toContain(seen?.principal.name ?? null);
    expect(await tokens.credentialOf(secret)).toBeNull();
    expect(await tokens.credentialOf(secret, { urgent: true })).toBeNull();
  });
  it("that was good within the last hour stops faults without a database, and does nothing else", async () => {
    const { secret } = await make();
    await store.close();
    await clock.advance(HOUR_MS - 1);
    expect(await tokens.credentialOf(secret, { urgent: true })).not.toBeNull();
    await expect(tokens.credentialOf(secret)).rejects.toThrow();
    await clock.advance(1);
    await expect(tokens.credentialOf(secret, { urgent: true })).rejects.toThrow();
    store = await openStore({ folder });
  });
  it("that was good is asked anew whether it still is, on every server at once", async () => {
    const [{ row, secret }, brief] = [await make(), await make({ expiresMs: clock.wallMs() + 1_000 })];
    const [long, short] = [(await tokens.credentialOf(secret))!, (await tokens.credentialOf(brief.secret))!];
    const session = (await tokens.credentialOf((await openSession(tokens, clock, long)).secret))!;
    for (const credential of [long, short, session]) expect(await tokens.isStillGood(credential)).toBe(true);
    await clock.advance(1_000);
    await opened().revoke(row.id);
    for (const credential of [long, short, session]) expect(await tokens.isStillGood(credential)).toBe(false);
    expect(await tokens.isStillGood((await tokens.credentialOf(OWN))!)).toBe(true);
  });
  it("tells when it was used, to the minute", async () => {
    const { secret } = await make();
    const used = async () => (await listTokens(store.db))[0]!.last_used_ms;
    await clock.advance(6_000);
    const firstMs = clock.wallMs();
    await tokens.credentialOf(secret);
    expect(await used()).toBe(firstMs);
    await clock.advance(50_000);
    await tokens.credentialOf(secret);
    expect(await used()).toBe(firstMs);
  });
});

describe("a credential that was given for a join token", () => {
  const joinToken = () =>
    tokens.create({ name: "j", role: "join", service: "a", by: LOCAL, expiresMs: clock.wallMs() + HOUR_MS });
  const given = (joinedWith: string, instance = asInstance("a-1")) =>
    tokens.create({
      name: `j/${instance}`,
      role: "agent",
      service: "a",
      instance,
      by: LOCAL,
      expiresMs: null,
      joinedWith,
    });
  it("outlives that token, and ends at once when it is revoked, with whoever is connected by it", async () => {
    const { row } = await joinToken();
    const [one, other] = [await given(row.id), await given((await joinToken()).row.id)];
    await clock.advance(2 * HOUR_MS);
    expect(await opened().credentialOf(one.secret)).not.toBeNull();
    const told: string[] = [];
    tokens.onRevoked((id) => told.push(id));
    await tokens.revoke(row.id);
    expect(told).toEqual([row.id, one.row.id]);
    for (const server of [tokens, opened()]) {
      expect(await server.credentialOf(one.secret)).toBeNull();
      expect(await server.credentialOf(other.secret)).not.toBeNull();
    }
  });
  it("is one of a bounded number for each instance: the oldest goes that nobody uses, and never one in use", async () => {
    const { row } = await joinToken();
    const used = await given(row.id);
    const isUsed = (id: string) => id === used.row.id;
    for (let i = 0; i < 100; i++, await clock.advance(1)) {
      expect(await tokens.makeRoomToJoin(row.id, asInstance("a-1"), isUsed)).toBe(true);
      await given(row.id);
    }
    const rows = (await listTokens(store.db)).filter(({ joined_with }) => joined_with === row.id);
    expect(rows).toHaveLength(16);
    expect(await tokens.credentialOf(used.secret)).not.toBeNull();
    expect(await tokens.makeRoomToJoin(row.id, asInstance("a-2"), () => true)).toBe(true);
    expect(await tokens.makeRoomToJoin(row.id, asInstance("a-1"), () => true)).toBe(false);
  });
});

describe("a session", () => {
  const open = async (secret: string) => openSession(tokens, clock, (await tokens.credentialOf(secret))!);
  it("stands for its token for half a day, and never outlives it", async () => {
    const { secret } = await make();
    const session = await open(secret);
    expect(await tokens.credentialOf(session.secret)).toMatchObject({ principal: { name: "alice", role: "operator" } });
    expect(session.expiresMs).toBe(clock.wallMs() + SESSION_MS);
    const brief = await make({ expiresMs: clock.wallMs() + 60_000 });
    expect((await open(brief.secret)).expiresMs).toBe(clock.wallMs() + 60_000);
  });
  it("is forgotten some time after its end", async () => {
    const { secret } = await make();
    await open(secret);
    await clock.advance(SESSION_MS + 1);
    await open(secret);
    expect((await listTokens(store.db)).filter(({ parent }) => parent !== null)).toHaveLength(1);
  });
  it("is one of a bounded number for each token: the oldest ends, and no other's", async () => {
    const [alice, bob] = [await make(), await make({ name: "bob" })];
    const [first, his] = [await open(alice.secret), await open(bob.secret)];
    await clock.advance(1);
    const more: string[] = [];
    for (let i = 0; i < MOST_SESSIONS; i++, await clock.advance(1)) more.push((await open(alice.secret)).secret);
    expect(await tokens.credentialOf(first.secret)).toBeNull();
    for (const secret of [...more, his.secret]) expect(await tokens.credentialOf(secret)).not.toBeNull();
    expect((await listTokens(store.db)).filter(({ parent }) => parent === alice.row.id)).toHaveLength(MOST_SESSIONS);
  });
  it("leaves no row when it is ended", async () => {
    const { secret } = await make();
    const session = await open(secret);
    const { principal } = (await tokens.credentialOf(session.secret))!;
    await tokens.endSession(principal.token!);
    expect(await tokens.credentialOf(session.secret)).toBeNull();
    expect((await listTokens(store.db)).filter(({ parent }) => parent !== null)).toEqual([]);
  });
  it("ends when its token is revoked", async () => {
    const { row, secret } = await make();
    const session = await open(secret);
    await tokens.revoke(row.id);
    expect(await tokens.credentialOf(session.secret)).toBeNull();
  });
  it("opened by another ends when that one does, and with the token of both", async () => {
    const { row, secret } = await make();
    const first = await open(secret);
    await clock.advance(HOUR_MS);
    const second = await open(first.secret);
    expect(second.expiresMs).toBe(first.expiresMs);
    expect(await tokens.credentialOf(second.secret)).toMatchObject({ parent: row.id });
    await tokens.revoke(row.id);
    expect(await tokens.credentialOf(second.secret)).toBeNull();
  });
  it("of the configuration's token ends when another is configured", async () => {
    const session = await open(OWN);
    expect(await opened().credentialOf(session.secret)).toMatchObject({ principal: { role: "admin" } });
    expect(await opened("another-token").credentialOf(session.secret)).toBeNull();
  });
});
