/** Leaders on a real PostgreSQL, killed, stopped and cut off. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { offsetBy, systemClock } from "../../server/clock.ts";
import { ELECTION_TIMING } from "../../server/leadership/election.ts";
import type { Leadership } from "../../server/leadership/leader.ts";
import { startLeaderElection } from "../../server/leadership/leader-elector.ts";
import { lineLog, noLog } from "../../server/log.ts";
import { findChainBreak } from "../../server/store/chain.ts";
import { Fenced } from "../../server/store/errors.ts";
import { readRecords } from "../../server/store/journal.ts";
import { acquireLeaderRow, acquireLeaderRowAlone, lockEpoch, renewLeaderRow } from "../../server/store/leader-row.ts";
import { openStore } from "../../server/store/open.ts";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { sleep, until } from "../waiting.ts";
import { type Candidate, candidate, machineMs, RUN, type Said } from "./candidate.ts";
import { startLine } from "./cut-line.ts";
import { errorOf, withFolder, withPostgresStore, withSqlite } from "./databases.ts";
import { leaderRow } from "./samples.ts";

const TAKEOVER_MS = 5_000;

/** Messages of all candidates, in order of arrival. */
class Heard {
  readonly all: Said[] = [];
  readonly tell = (said: Said) => void this.all.push(said);
  #of<S extends Said["say"]>(say: S) {
    return this.all.filter((said): said is Extract<Said, { say: S }> => said.say === say);
  }
  elections() {
    return this.#of("elected");
  }
  refusals() {
    return this.#of("refused");
  }
  /** Time of the first and the last grant of each epoch. */
  reigns() {
    const epochs = new Map<number, { name: string; fromMs: number; toMs: number }>();
    for (const { name, epoch, atMs } of this.#of("granted")) {
      const known = epochs.get(epoch) ?? { name, fromMs: atMs, toMs: atMs };
      epochs.set(epoch, { name, fromMs: Math.min(known.fromMs, atMs), toMs: Math.max(known.toMs, atMs) });
    }
    return [...epochs].sort(([a], [b]) => a - b).map(([epoch, reign]) => ({ epoch, ...reign }));
  }
  granted(name: string): Promise<void> {
    return until(`${name} grants`, () => this.reigns().some((reign) => reign.name === name), 20_000);
  }
}

const spawnCandidate = async (url: string, folder: string, name: string, heard: Heard) => {
  const script = join(import.meta.dirname, "candidate-process.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, url, folder, name], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => heard.tell(JSON.parse(line) as Said));
  const gone = once(child, "exit");
  await heard.granted(name);
  return { signal: (name: NodeJS.Signals) => child.kill(name), gone };
};

/** Two candidates: an old leader in a separate process, a new candidate waiting in this process. */
const withTwo = (
  use: (heard: Heard, old: Awaited<ReturnType<typeof spawnCandidate>>, url: string) => Promise<void>,
): Promise<void> =>
  withPostgres((url) =>
    withFolder(async (folder) => {
      const heard = new Heard();
      const old = await spawnCandidate(url, folder, "old", heard);
      let next: Candidate | null = null;
      try {
        next = await candidate({ url, folder, name: "next", tell: heard.tell });
        await use(heard, old, url);
        await next.stop();
        next = null;
        await journalIsWhole(url, folder);
      } finally {
        await next?.stop();
        old.signal("SIGKILL");
        await old.gone;
      }
    }),
  );

/** Checks that the journal is a single chain, in which no older epoch ever writes after a newer epoch. */
const journalIsWhole = async (url: string, folder: string) => {
  const store = await openStore({ folder, databaseUrl: url });
  const records = await readRecords(store.db, RUN);
  await store.close();
  expect(findChainBreak(records)).toBeNull();
  const epochs = records.map(({ wallMs }) => wallMs);
  expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  expect(new Set(epochs).size).toBeGreaterThan(1);
};
const neverTwo = (heard: Heard) => {
  const reigns = heard.reigns();
  for (const [i, { toMs }] of reigns.slice(0, -1).entries()) expect(toMs).toBeLessThan(reigns[i + 1]!.fromMs);
  return reigns;
};

describe.concurrent("invariant 12: another server takes over within 5 s", { timeout: 60_000 }, () => {
  itOnPostgres("of kill -9 of the leader", () =>
    withTwo(async (heard, old) => {
      const killedMs = machineMs();
      old.signal("SIGKILL");
      await heard.granted("next");
      const reigns = neverTwo(heard);
      expect(reigns.map(({ name }) => name)).toEqual(["old", "next"]);
      expect(reigns[1]!.fromMs - killedMs).toBeLessThanOrEqual(TAKEOVER_MS);
    }),
  );

  itOnPostgres("of SIGSTOP of the leader, which grants and writes nothing when it goes on", () =>
    withTwo(async (heard, old) => {
      const stoppedMs = machineMs();
      old.signal("SIGSTOP");
      await heard.granted("next");
      expect(neverTwo(heard)[1]!.fromMs - stoppedMs).toBeLessThanOrEqual(TAKEOVER_MS);
      old.signal("SIGCONT");
      await until("the old leader is told", () => heard.all.some((said) => said.say === "lost" && said.name === "old"));
      expect(neverTwo(heard).map(({ name }) => name)).toEqual(["old", "next"]);
      const { epoch } = heard.elections()[0]!;
      await until("its write is refused", () =>
        heard.refusals().some((said) => said.epoch === epoch && said.why === "Fenced"),
      );
    }),
  );

  itOnPostgres("of its resignation, at once", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const heard = new Heard();
        const old = await candidate({ url, folder, name: "old", tell: heard.tell });
        await heard.granted("old");
        const next = await candidate({ url, folder, name: "next", tell: heard.tell });
        const askedMs = machineMs();
        await old.stop();
        await heard.granted("next");
        await next.stop();
        expect(neverTwo(heard).map(({ name }) => name)).toEqual(["old", "next"]);
        expect(neverTwo(heard)[1]!.fromMs - askedMs, "long before the row would have expired").toBeLessThan(3_000);
        await journalIsWhole(url, folder);
      }),
    ),
  );

  itOnPostgres("of a cut between leader and database, of which nobody tells it; it stops granting before", () =>
    withPostgres((url) =>
      withFolder(async (folder) => {
        const heard = new Heard();
        const line = await startLine(url);
        const old = await candidate({ url: line.url, folder, name: "old", tell: heard.tell });
        await heard.granted("old");
        const next = await candidate({ url, folder, name: "next", tell: heard.tell });
        try {
          const cutMs = machineMs();
          line.cut();
          await heard.granted("next");
          const reigns = neverTwo(heard);
          expect(reigns.map(({ name }) => name)).toEqual(["old", "next"]);
          expect(reigns[1]!.fromMs - cutMs).toBeLessThanOrEqual(TAKEOVER_MS);
          expect(reigns[0]!.toMs - cutMs).toBeLessThan(2_500);
          await until("it is told", () => heard.all.some((said) => said.say === "lost" && said.name === "old"));
          expect(old.leadership()).toBeNull();
        } finally {
          line.mend();
          await Promise.all([old.stop(), next.stop()]);
          line.stop();
        }
      }),
    ),
  );
});

describe.concurrent("the leader's row", { timeout: 60_000 }, () => {
  const elected = () => {
    let resolve!: (leadership: Leadership) => void;
    const leadership = new Promise<Leadership>((done) => {
      resolve = done;
    });
    return { leadership, onElected: resolve };
  };
  const basics = { clock: systemClock, url: "http://127.0.0.1:1", log: noLog, onLost: () => {} };

  itOnPostgres("is taken from a leader that was frozen in the middle of a write, whose write is then undone", () =>
    withPostgresStore(async (store) => {
      const epoch = await acquireLeaderRowAlone(store.db, "frozen", "http://frozen");
      await store.db.updateTable("leader").set({ expires_ms: 0 }).execute();
      const write = await store.db.startTransaction().execute();
      await lockEpoch(write, epoch);
      const { leadership, onElected } = elected();
      const next = await startLeaderElection({ ...basics, store, holder: "next", onElected });
      expect((await leadership).epoch).toBe(epoch + 1);
      await errorOf(write.commit().execute());
      await write
        .rollback()
        .execute()
        .catch(() => {});
      await next.stop();
    }),
  );
  itOnPostgres("lets renewals pass while the leader writes, and an election only afterwards", () =>
    withPostgresStore(async (store) => {
      const { lifeMs } = ELECTION_TIMING;
      const own = { epoch: await acquireLeaderRowAlone(store.db, "one", "http://one"), holder: "one", lifeMs };
      const order: string[] = [];
      let taking!: Promise<unknown>;
      await store.db.transaction().execute(async (tx) => {
        await lockEpoch(tx, own.epoch);
        expect(await renewLeaderRow(store.leaderDb, own)).toBeGreaterThan(0);
        const seen = await leaderRow(store);
        taking = acquireLeaderRow(store.leaderDb, seen, { holder: "two", url: "http://two", lifeMs }).then(() =>
          order.push("taken"),
        );
        await sleep(300);
        order.push("written");
      });
      await taking;
      expect(order).toEqual(["written", "taken"]);
      expect(await leaderRow(store)).toMatchObject({ epoch: own.epoch + 1, holder: "two" });
      expect(await renewLeaderRow(store.leaderDb, own)).toBeNull();
    }),
  );
  itOnPostgres("refuses, once given up, everything under its epoch", () =>
    withPostgresStore(async (store) => {
      const { leadership, onElected } = elected();
      const standing = await startLeaderElection({ ...basics, store, holder: "one", onElected });
      const own = await leadership;
      expect(own.leads()).toBe(true);
      expect(standing.leader()).toEqual({ epoch: own.epoch, holder: "one", url: basics.url });
      await standing.stop();
      expect(own.leads()).toBe(false);
      expect(standing.leadership()).toBeNull();
      const next = await startLeaderElection({ ...basics, store, holder: "two", ...elected() });
      const late = store.db.transaction().execute((tx) => lockEpoch(tx, own.epoch));
      expect(await errorOf(late)).toBeInstanceOf(Fenced);
      await next.stop();
    }),
  );
  itOnPostgres(
    "is taken again at once above an epoch that only agents know of; one that no server can have come to is not believed",
    () =>
      withPostgresStore(async (store) => {
        const terms: Leadership[] = [];
        const standing = await startLeaderElection({
          ...basics,
          store,
          holder: "one",
          onElected: (own) => void terms.push(own),
        });
        await terms[0]!.raiseEpoch(2 ** 31 - 2);
        await terms[0]!.raiseEpoch(terms[0]!.epoch);
        expect(terms[0]!.leads()).toBe(true);
        const askedMs = machineMs();
        await terms[0]!.raiseEpoch(5_000);
        expect(terms[0]!.leads()).toBe(false);
        await until("it leads again", () => terms.length === 2);
        expect(terms[1]!.epoch).toBe(5_001);
        expect(machineMs() - askedMs, "nobody is given time to take over").toBeLessThan(4_500);
        // A second raise is ignored: reports of ever later epochs must not end term after term.
        await terms[1]!.raiseEpoch(6_000);
        expect(terms[1]!.leads()).toBe(true);
        await standing.stop();
      }),
  );
  itOnPostgres(
    "tells a server how far its clock is from the database's, and that is said in the log when it is over 2 s",
    () =>
      withPostgresStore(async (store) => {
        const lines: string[] = [];
        const log = lineLog((line) => void lines.push(line));
        for (const [offMs, said] of [
          [-600_000, /clock is 600\.\d s behind the database's/],
          [600_000, /clock is (600\.0|599\.\d) s ahead of the database's/],
          [0, null],
        ] as const) {
          lines.length = 0;
          const { leadership, onElected } = elected();
          const clock = offsetBy(systemClock, () => offMs);
          const standing = await startLeaderElection({ ...basics, clock, log, store, holder: `${offMs}`, onElected });
          const own = await leadership;
          expect(Math.abs(own.clockOffsetMs() + offMs)).toBeLessThan(1_500);
          if (said === null) expect(lines).toEqual([]);
          else expect(lines[0]).toMatch(said);
          // Schedules follow the offset clock.
          expect(Math.abs(offsetBy(clock, own.clockOffsetMs).wallMs() - Date.now())).toBeLessThan(1_500);
          await standing.stop();
        }
      }),
  );
  it("is the owner's of an SQLite file at once and for good, with a new epoch each time", () =>
    withSqlite(async (store) => {
      const epochs: number[] = [];
      for (const holder of ["one", "two"]) {
        const { leadership, onElected } = elected();
        const standing = await startLeaderElection({ ...basics, store, holder, onElected });
        const own = await leadership;
        epochs.push(own.epoch);
        expect(own.leads()).toBe(true);
        await standing.stop();
        expect(own.leads()).toBe(false);
      }
      expect(epochs).toEqual([1, 2]);
    }));
  itOnPostgres("is given up by who cannot take up the lead, which is told to who asked for it first", () =>
    withPostgresStore(async (store) => {
      const onElected = () => Promise.reject(new Error("no room"));
      await expect(startLeaderElection({ ...basics, store, holder: "one", onElected })).rejects.toThrow("no room");
      expect(await store.db.selectFrom("leader").select("holder").executeTakeFirst()).toEqual({ holder: null });
    }),
  );
});
