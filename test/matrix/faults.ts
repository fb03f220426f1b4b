/** Faults of a database and of the network to the database, each with an end. */
import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { Pooler } from "../pgbouncer.ts";
import { type Postgres, startPostgres, userOf } from "../postgres.ts";
import { sleep } from "../waiting.ts";
import { openWire, type Wire } from "./wire.ts";

/** Parts that a fault can act on. */
export interface Site {
  postgres: Postgres;
  readonly database: string;
  /** Role that the servers log in as, which is no superuser. */
  readonly role: string;
  /** Wire from the servers, to PgBouncer where PgBouncer runs. */
  readonly front: Wire;
  /** Wire to the database; the same wire as `front` without PgBouncer. */
  readonly back: Wire;
  readonly pooler: Pooler | null;
}
export interface Fault {
  readonly name: string;
  /** True when confirmed records may be gone after the fault, as documented for asynchronous replication. */
  readonly loses?: true;
  /** True when the fault leaves dead connections that look alive: PgBouncer hands each of these to the next client. */
  readonly isSilent?: true;
  /** True when the fault needs a PgBouncer. */
  readonly pooled?: true;
  /** Reason why this machine cannot make the fault; null: the machine can. */
  readonly lack?: () => string | null;
  /**
   * Prepares the fault ahead of the moment. The returned function begins the fault, and resolves once the fault is
   * over.
   */
  readonly prepare: (site: Site) => Promise<() => Promise<void>>;
}

/** Runs statements as the database's owner, past every wire and limit. */
const asOwner = async (site: Site, ...statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: site.postgres.url(site.database) });
  client.on("error", () => {});
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end().catch(() => {});
  }
};
const TERMINATE = (role: string) => `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`;

/** Fault without preparation. */
const fault = (name: string, act: (site: Site) => Promise<void>, more: Partial<Fault> = {}): Fault => ({
  name,
  ...more,
  prepare: async (site) => () => act(site),
});
const restart = (signal: "SIGINT" | "SIGQUIT" | "SIGKILL", awayMs: number) => async (site: Site) => {
  await site.postgres.down(signal);
  await sleep(awayMs);
  await site.postgres.up();
};
const blow = (weather: "refuse" | "swallow" | "lossy", ms: number) => async (site: Site) => {
  site.back.weather(weather);
  await sleep(ms);
  site.back.weather("pass");
};
/** Freezes the server first, so that the server starts no more processes, then the processes. */
const freeze = (ms: number) => async (site: Site) => {
  const { pid } = site.postgres;
  process.kill(pid, "SIGSTOP");
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  const send = (signal: NodeJS.Signals) => {
    for (const child of children)
      try {
        process.kill(child, signal);
      } catch {} // the process has ended meanwhile
  };
  send("SIGSTOP");
  await sleep(ms);
  send("SIGCONT");
  process.kill(pid, "SIGCONT");
};
const lock =
  (tables: readonly string[], ms: number): Fault["prepare"] =>
  async (site) => {
    const client = new Client({ connectionString: site.postgres.url(site.database) });
    client.on("error", () => {});
    await client.connect();
    return async () => {
      await client.query("begin");
      await client.query(`lock table ${tables.join(", ")} in access exclusive mode`);
      await sleep(ms);
      await client.query("rollback");
      await client.end();
    };
  };
/** Time before the primary dies during which commits reach the primary alone. */
const LAG_MS = 700;
const failover: Fault["prepare"] = async (site) => {
  const primary = site.postgres;
  const replication = await openWire(primary.port);
  const standby = await startPostgres({ primary: { port: replication.port }, durable: true });
  return async () => {
    replication.weather("swallow");
    await sleep(LAG_MS);
    await primary.down("SIGQUIT");
    await standby.promote();
    site.postgres = standby;
    site.back.lead(standby.port);
    replication.stop();
    await primary.stop();
  };
};

/** Size of the small disk for the servers' tables; only root can mount the disk. */
export const SMALL_MB = 48;
export const openSmallDisk = (): { readonly folder: string; close(): void } | null => {
  const folder = mkdtempSync(join(tmpdir(), "squall-small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_MB}m,mode=0700`, "none", folder], { stdio: "pipe" });
    const { uid, gid } = userOf();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    return {
      folder,
      close() {
        execFileSync("umount", ["-l", folder], { stdio: "pipe" });
        rmSync(folder, { recursive: true });
      },
    };
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
};
const canMount = (): string | null => (process.getuid?.() === 0 ? null : "only root can make a small disk");
const fillDisk =
  (ms: number): Fault["prepare"] =>
  async (site) => {
    const client = new Client({ connectionString: site.postgres.url(site.database) });
    await client.connect();
    const { rows } = await client.query(
      "select pg_tablespace_location(oid) as at from pg_tablespace where spcname = 'small'",
    );
    await client.end();
    const ballast = join(rows[0].at, "ballast");
    return async () => {
      const { bavail, bsize } = statfsSync(rows[0].at);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      await sleep(ms);
      rmSync(ballast);
    };
  };

export const DISK_FULL = "disk full for 5 s";
export const FAULTS: readonly Fault[] = [
  fault("restart, fast", restart("SIGINT", 0)),
  fault("restart, immediate", restart("SIGQUIT", 0)),
  fault("kill -9 of the postmaster", restart("SIGKILL", 0)),
  fault("away for 3 s", restart("SIGINT", 3_000)),
  fault("away for 8 s", restart("SIGQUIT", 8_000)),
  fault("frozen for 3 s", freeze(3_000)),
  fault("frozen for 8 s", freeze(8_000)),
  fault("2% of what is sent resets", blow("lossy", 5_000)),
  fault("connections reset and refused for 3 s", blow("refuse", 3_000)),
  fault("nothing passes for 5 s", blow("swallow", 5_000), { isSilent: true }),
  fault("connections terminated", (site) => asOwner(site, TERMINATE(site.role))),
  fault("too many connections for 4 s", async (site) => {
    await asOwner(site, `alter role ${site.role} connection limit 0`, TERMINATE(site.role));
    await sleep(4_000);
    await asOwner(site, `alter role ${site.role} connection limit -1`);
  }),
  { name: "the journal locked for 6 s", prepare: lock(["journal"], 6_000) },
  {
    name: "all tables locked for 7 s",
    prepare: lock(["leader", "gate", "runs", "journal", "instants", "claims"], 7_000),
  },
  fault("read-only for 4 s", async (site) => {
    await asOwner(site, `alter database ${site.database} set default_transaction_read_only = on`, TERMINATE(site.role));
    await sleep(4_000);
    await asOwner(
      site,
      "set default_transaction_read_only = off",
      `alter database ${site.database} reset default_transaction_read_only`,
      TERMINATE(site.role),
    );
  }),
  { name: "failover to a standby that lags", loses: true, prepare: failover },
  { name: DISK_FULL, lack: canMount, prepare: fillDisk(5_000) },
  fault(
    "kill -9 of PgBouncer",
    async ({ pooler }) => {
      await pooler!.down();
      await sleep(500);
      await pooler!.up();
    },
    { pooled: true },
  ),
];
