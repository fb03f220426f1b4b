/**
 * Tokens: finds the credential of a secret. The server's own token comes from the configuration; all others are rows of
 * the database, which holds only the SHA-256 of 256 random bits: not guessable, so no slow hash is needed.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Instance } from "../../experiments/model/names.ts";
import { type Clock, within } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Db } from "../store/schema.ts";
import {
  deleteCredential,
  deleteExpiredSessions,
  deleteSession,
  edgesOfToken,
  findToken,
  insertToken,
  listExcessCredentials,
  listExcessSessions,
  revokeToken,
  type TokenRow,
  touchToken,
} from "../store/tokens.ts";
import { type Binding, type Credential, LOCAL, type Principal, type Role, UNBOUND } from "./roles.ts";
import { TokenLookups } from "./token-lookups.ts";

export interface TokensConfig {
  readonly clock: Clock;
  readonly db: Db;
  readonly log: Log;
  /** The server's own token: the holder is the server's administrator, whatever the database says. */
  readonly own: string;
}
export interface NewToken extends Partial<Binding> {
  readonly name: string;
  readonly role: Role;
  readonly by: Principal;
  /** Expiry, Unix ms; null: no expiry. */
  readonly expiresMs: number | null;
  /** For a session: the token without which the session is void. */
  readonly parent?: string;
  /** For an agent's credential: the join token, whose revocation voids the credential. */
  readonly joinedWith?: string | null;
  /** Beginning of the secret, by which scanners of leaked secrets recognise Squall's secrets. */
  readonly prefix?: string;
}
/** The secret is shown this once. */
export interface CreatedToken {
  readonly row: TokenRow;
  readonly secret: string;
}
interface CachedToken {
  readonly credential: Credential;
  readonly id: string;
  readonly parent: string | null;
  readonly readMs: number;
  /** Last use that was recorded, Unix ms; null: none yet. */
  usedMs: number | null;
}

/**
 * Time for which a row is believed without a read: a revocation on another server takes effect here within this time.
 */
const FRESH_MS = 5_000;
/** The same limit for requests that stop faults: such a request must not wait for a database. */
const STALE_MS = 3_600_000;
const TOUCH_MS = 60_000;
const ANSWER_MS = 2_000;
const MOST_KNOWN = 10_000;
/** Most credentials issued for a join token. */
const MOST_JOINED = 10_000;
const MOST_OF_INSTANCE = 16;

/** Beginning of every secret that is made here. */
const PREFIX = "squall";
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
const equal = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));

const bindingOf = (row: TokenRow): Binding => ({
  service: row.service,
  edges: edgesOfToken(row),
  instance: row.instance,
});
const credentialOf = (row: TokenRow): Credential => ({
  principal: { name: row.name, role: row.role as Role, token: row.id },
  binding: bindingOf(row),
  expiresMs: row.expires_ms,
  parent: row.parent,
});

export class Tokens {
  readonly #config: TokensConfig;
  readonly #ownHash: string;
  /**
   * Stands for the configured token as a parent: another configured token voids every session opened with this token.
   */
  readonly #ownId: string;
  readonly #known = new Map<string, CachedToken>();
  readonly #lookups: TokenLookups;
  #revocations = 0;
  readonly #revoked = new Set<(id: string) => void>();

  constructor(config: TokensConfig) {
    this.#config = config;
    this.#lookups = new TokenLookups(config.db);
    this.#ownHash = hashOf(config.own);
    this.#ownId = `local:${createHmac("sha256", config.own).update("squall parent").digest("hex").slice(0, 8)}`;
  }

  /** True if a text can be a secret of this server: other systems send Bearer tokens of their own through a proxy. */
  hasForm(secret: string): boolean {
    return secret.startsWith(`${PREFIX}_`) || equal(hashOf(secret), this.#ownHash);
  }
  /**
   * Credential of a secret; null: the secret is unknown, revoked or expired. `urgent`: a request that stops faults
   * waits for no database, and a secret that was good within the last hour is good enough. Rejects when the database
   * does not answer.
   */
  async credentialOf(secret: string, { urgent = false } = {}): Promise<Credential | null> {
    if (!this.hasForm(secret)) return null;
    const hash = hashOf(secret);
    if (equal(hash, this.#ownHash)) return { principal: LOCAL, binding: UNBOUND, expiresMs: null, parent: null };
    const { clock } = this.#config;
    const known = this.#known.get(hash);
    const believedMs = urgent ? STALE_MS : FRESH_MS;
    if (known !== undefined && clock.nowMs() - known.readMs < believedMs) {
      const credential = this.#unexpired(known.credential);
      if (credential !== null) this.#touch(known);
      return credential;
    }
    return within(clock, ANSWER_MS, this.#read(hash, urgent), () => new Error("the database did not answer in time"));
  }
  #unexpired(credential: Credential): Credential | null {
    const { expiresMs } = credential;
    return expiresMs !== null && expiresMs <= this.#config.clock.wallMs() ? null : credential;
  }
  async #read(hash: string, urgent: boolean): Promise<Credential | null> {
    const revocations = this.#revocations;
    const row = await this.#lookups.find(hash, { urgent });
    const isValid = row !== undefined && (await this.#isValid(row));
    // A row read during a revocation may be the row from before.
    if (revocations !== this.#revocations) return this.#read(hash, urgent);
    if (!isValid) {
      this.#known.delete(hash);
      return null;
    }
    const credential = this.#remember(row);
    this.#touch(this.#known.get(hash)!);
    return credential;
  }
  /** Remembers a row; the rows read longest ago are forgotten first. */
  #remember(row: TokenRow): Credential {
    const { hash, id, parent } = row;
    const credential = credentialOf(row);
    this.#known.delete(hash);
    const usedMs = row.last_used_ms === null ? null : Number(row.last_used_ms);
    this.#known.set(hash, { credential, id, parent, readMs: this.#config.clock.nowMs(), usedMs });
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    return credential;
  }
  async #isValid(row: TokenRow): Promise<boolean> {
    const { clock, db } = this.#config;
    if (row.revoked_ms !== null || (row.expires_ms !== null && row.expires_ms <= clock.wallMs())) return false;
    // An expired join token issues no more credentials; only a revoked join token also voids the credentials already
    // issued.
    if (row.joined_with !== null && (await findToken(db, row.joined_with))?.revoked_ms !== null) return false;
    if (row.parent === null || row.parent === this.#ownId) return true;
    const parent = await findToken(db, row.parent);
    if (parent === undefined || parent.revoked_ms !== null) return false;
    return parent.expires_ms === null || parent.expires_ms > clock.wallMs();
  }
  /**
   * Records the last use, also for a secret believed without a read: a new token is used before the first read of its
   * row.
   */
  #touch(known: CachedToken): void {
    const { id, usedMs } = known;
    const { clock, db, log } = this.#config;
    const nowMs = clock.wallMs();
    if (usedMs !== null && nowMs - usedMs < TOUCH_MS) return;
    known.usedMs = nowMs;
    touchToken(db, id, nowMs).catch((error: Error) =>
      log.warn(`the last use of a token could not be recorded: ${error.message}`, { token: id }),
    );
  }

  async create({
    name,
    role,
    by,
    expiresMs,
    parent,
    prefix = PREFIX,
    joinedWith,
    ...binding
  }: NewToken): Promise<CreatedToken> {
    const { clock, db } = this.#config;
    const secret = `${prefix}_${randomBytes(32).toString("base64url")}`;
    const { service = null, edges = null, instance = null } = binding;
    const row: TokenRow = {
      ...{ id: randomBytes(8).toString("hex"), name, role, hash: hashOf(secret), service, instance },
      edges: edges === null ? null : JSON.stringify(edges),
      ...{ parent: parent ?? null, joined_with: joinedWith ?? null },
      ...{ created_by: by.name, created_ms: clock.wallMs(), expires_ms: expiresMs },
      ...{ revoked_ms: null, last_used_ms: null },
    };
    await insertToken(db, row);
    this.#remember(row);
    return { row, secret };
  }
  /** Deletes sessions that are over. */
  async tidy(): Promise<void> {
    const { clock, db } = this.#config;
    await deleteExpiredSessions(db, clock.wallMs());
  }
  /** Checks again, regardless of the cache: neither the token nor the token that opened the session has ended since. */
  async isStillGood({ principal: { token } }: Credential): Promise<boolean> {
    if (token === null) return true;
    const { clock, db } = this.#config;
    const look = async () => {
      const row = await findToken(db, token);
      return row !== undefined && this.#isValid(row);
    };
    return within(clock, ANSWER_MS, look(), () => new Error("the database did not answer in time"));
  }
  /** Parent of a session of this credential: always a token, so that no session can prolong another. */
  parentOf({ principal, parent }: Credential): string {
    return parent ?? principal.token ?? this.#ownId;
  }
  /** Revokes a token: at once here, everywhere else within seconds. null: there is no such token. */
  async revoke(id: string): Promise<TokenRow | null> {
    const { clock, db } = this.#config;
    await revokeToken(db, id, clock.wallMs());
    this.#ended(id);
    for (const given of await listExcessCredentials(db, id, { instance: null, most: 0 })) this.#ended(given);
    return (await findToken(db, id)) ?? null;
  }
  /** Ends a session and deletes the row, since no other record names the session. */
  async endSession(id: string): Promise<void> {
    await deleteSession(this.#config.db, id);
    this.#ended(id);
  }
  /** Ends the oldest sessions of a token, so that another session keeps the number within `most`. */
  async makeRoom(parent: string, most: number): Promise<void> {
    for (const id of await listExcessSessions(this.#config.db, parent, most - 1)) await this.endSession(id);
  }
  /**
   * Keeps the credentials of a join token within bounds: 16 for an instance, 10,000 in total. Deletes the oldest
   * credentials that no agent has used lately; false: all are in use.
   */
  async makeRoomToJoin(
    joinToken: string,
    instance: Instance,
    isUsed: (credential: string) => boolean,
  ): Promise<boolean> {
    const { db } = this.#config;
    for (const bound of [
      { instance, most: MOST_OF_INSTANCE - 1 },
      { instance: null, most: MOST_JOINED - 1 },
    ]) {
      // The newest credential may be as little in use as the oldest: the bound is on all credentials present.
      const all = await listExcessCredentials(db, joinToken, { ...bound, most: 0 });
      const unused = all.length > bound.most ? all.filter((id) => !isUsed(id)) : [];
      const over = all.length - bound.most;
      if (over > unused.length) return false;
      for (const id of unused.slice(0, Math.max(0, over))) {
        await deleteCredential(db, id);
        this.#ended(id);
      }
    }
    return true;
  }
  #ended(id: string): void {
    this.#revocations++;
    for (const [hash, known] of this.#known) if (known.id === id || known.parent === id) this.#known.delete(hash);
    for (const listener of this.#revoked) listener(id);
  }
  /** Subscribes to the ids of tokens that are revoked here; returns the function that unsubscribes. */
  onRevoked(listener: (id: string) => void): () => void {
    this.#revoked.add(listener);
    return () => this.#revoked.delete(listener);
  }
}
