/**
 * Real PostgreSQL for tests: one cluster for each vitest worker, started at the first use (about a second) and gone
 * with the worker, and a fresh, empty database for each `withPostgres` (about 0.1 s).
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { describe, it } from "vitest";
import { findPostgres, POSTGRES } from "../scripts/postgres.ts";
import { lackOf } from "../scripts/programs.ts";
import { needing } from "./needing.ts";
import { freePort } from "./ports.ts";

/** Reason why this machine has no PostgreSQL; null: PostgreSQL is present. */
export const LACK = lackOf(POSTGRES);
/** Test function for tests that need PostgreSQL. */
export const itOnPostgres = needing(it, LACK);
export const describeOnPostgres = needing(describe, LACK);

const ROLE = "squall";
/** Settings without durability: no data survives a test, so no data has to reach the disk. */
const FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
const SETTINGS = ["listen_addresses=127.0.0.1", "shared_buffers=16MB", "max_connections=200", "log_min_messages=fatal"];
/**
 * Guard process: ends the server and deletes the server's files when the guard's input ends, also when the test process
 * is killed. A server that is down has no pid file, or a pid file of a process that no longer exists.
 */
const GUARD = `
  cat > /dev/null
  server=$(head -n 1 data/postmaster.pid) && kill -QUIT $server && kill -CONT $server $(cat /proc/$server/task/*/children)
  while kill -0 $server; do sleep 0.02; done
  rm -rf "$PWD"`;

export interface User {
  readonly uid?: number;
  readonly gid?: number;
}
/** User to run PostgreSQL as: PostgreSQL refuses root, so root switches to `postgres`, or else to `nobody`. */
export const userOf = (): User => {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = ["postgres", "nobody"].map((name) => users.find((user) => user.startsWith(`${name}:`))).find(Boolean);
  const [, , uid, gid] = (line ?? "").split(":");
  if (uid === undefined || gid === undefined) throw new Error("PostgreSQL needs a user `postgres` or `nobody`");
  return { uid: Number(uid), gid: Number(gid) };
};

export interface Postgres {
  /** `postgres://…` of a database, by default `postgres`, which every cluster has. */
  url(database?: string): string;
  /** Process id of the server, for SIGSTOP or SIGKILL. */
  readonly pid: number;
  readonly port: number;
  /** Folder of all files that the server writes; deleted at stop. */
  readonly folder: string;
  /** Creates an empty database and returns the URL. */
  newDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** Promotes a standby, which takes writes from then on, as after a failover. */
  promote(): Promise<void>;
  /** Ends the server by a signal; the files stay. */
  down(signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): Promise<void>;
  /** Restarts the server after `down`. Resolves once the server answers. */
  up(): Promise<void>;
  /** Ends the server at once, without a checkpoint, and deletes the files. */
  stop(): Promise<void>;
}

const ask = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // the server may stop during the query
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** Server that a standby copies and follows. */
type Primary = Pick<Postgres, "port">;
const execute = promisify(execFile);

/** Makes a cluster, or a standby of another cluster, in a new folder that belongs to the server's user. */
const newCluster = async (programs: string, user: User, primary: Primary | null): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "squall-pg-"));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const form = ["--no-sync", "--auth=trust", `--username=${ROLE}`, "--encoding=UTF8", "--locale=C"];
  const copying = [
    "-h",
    "127.0.0.1",
    "-p",
    `${primary?.port}`,
    "-U",
    ROLE,
    "-R",
    "-X",
    "stream",
    "-c",
    "fast",
    "--no-sync",
  ];
  const [program, args] = primary === null ? ["initdb", form] : ["pg_basebackup", copying];
  try {
    await execute(join(programs, program), [...args, "-D", join(folder, "data")], { ...user, cwd: folder });
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
};

/**
 * Waits until the server answers; false when the server ended first, for example because its port was taken meanwhile.
 */
const answers = async (server: ChildProcess, url: string): Promise<boolean> => {
  for (const endMs = performance.now() + 20_000; performance.now() < endMs; ) {
    if (server.exitCode !== null) return false;
    try {
      await ask(url, "select 1");
      return true;
    } catch {
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  throw new Error("PostgreSQL did not answer within 20 s");
};

/**
 * Starts a separate cluster. `durable`: as in production, each commit reaches the disk. `more`: settings as
 * `name=value`. `primary`: the server that the new standby follows. `environment`: added to the environment of the
 * processes.
 */
export const startPostgres = async ({
  durable = false,
  more = [],
  primary = null,
  environment = {},
  attempts = 3,
}: {
  readonly durable?: boolean;
  readonly more?: readonly string[];
  readonly primary?: Primary | null;
  readonly environment?: NodeJS.ProcessEnv;
  readonly attempts?: number;
} = {}): Promise<Postgres> => {
  const programs = findPostgres();
  if (programs === null) throw new Error("this test needs PostgreSQL: `npm run setup` installs it or says how");
  const user = userOf();
  const folder = await newCluster(programs, user, primary);
  const port = await freePort();
  const settings = [...SETTINGS, ...(durable ? [] : FAST), ...more].flatMap((setting) => ["-c", setting]);
  const data = join(folder, "data");
  const args = ["-D", data, "-k", folder, "-p", String(port), ...settings];
  const url = (database = "postgres") => `postgres://${ROLE}@127.0.0.1:${port}/${database}`;
  let said = "";
  const launch = (): ChildProcess => {
    const launched = spawn(join(programs, "postgres"), args, {
      ...{ ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...environment } },
    });
    launched.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    return launched;
  };
  const guard = spawn("sh", ["-c", GUARD], { ...user, cwd: folder, stdio: ["pipe", "ignore", "ignore"] });
  let server = launch();
  const stop = async () => {
    const gone = guard.exitCode === null ? once(guard, "exit") : null;
    guard.stdin.end();
    await gone;
  };
  if (!(await answers(server, url()))) {
    await stop();
    if (attempts <= 1) throw new Error(`PostgreSQL did not start: ${said}`);
    return startPostgres({ durable, more, primary, environment, attempts: attempts - 1 });
  }
  return {
    ...{ url, port, folder, stop },
    get pid() {
      return server.pid!;
    },
    async down(signal) {
      const exited = server.exitCode === null && server.signalCode === null ? once(server, "exit") : null;
      server.kill(signal);
      await exited;
    },
    async up() {
      // Children of a killed server may still run for a moment, and hold the server's shared memory.
      for (let tries = 0; tries < 100; tries++) {
        server = launch();
        if (await answers(server, url())) return;
        await new Promise((done) => setTimeout(done, 50));
      }
      throw new Error(`PostgreSQL did not start again: ${said}`);
    },
    async newDatabase() {
      const name = `squall_${randomBytes(6).toString("hex")}`;
      await ask(url(), `create database ${name}`);
      return url(name);
    },
    dropDatabase: (database) =>
      ask(url(), `drop database if exists ${new URL(database).pathname.slice(1)} with (force)`),
    promote: () => ask(url(), "select pg_promote(true, 30)"),
  };
};

/** Cluster shared by all test files of this process; the process's end closes the cluster's input. */
let shared: Promise<Postgres> | null = null;

/** Gives `use` the URL of a fresh, empty database; afterwards the database is dropped, with all connections. */
export const withPostgres = async <T>(use: (url: string) => Promise<T>): Promise<T> => {
  shared ??= startPostgres();
  const postgres = await shared;
  const url = await postgres.newDatabase();
  try {
    return await use(url);
  } finally {
    await postgres.dropDatabase(url);
  }
};
