/** Real PgBouncer in front of a database, in a given pooling mode; the process ends after use. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPgbouncer } from "../scripts/pgbouncer.ts";
import { freePort } from "./ports.ts";
import { userOf } from "./postgres.ts";
import { until } from "./waiting.ts";

/**
 * Guard process: ends the pooler and deletes the pooler's files when the guard's input ends, also when the test process
 * is killed.
 */
const GUARD = `
  cat > /dev/null
  kill -KILL $(cat pid)
  rm -rf "$PWD"`;

export type PoolMode = "session" | "transaction";
export interface Pooler {
  readonly port: number;
  /** Kills the pooler with SIGKILL. */
  down(): Promise<void>;
  /** Restarts the pooler after `down`. Resolves once the pooler listens. */
  up(): Promise<void>;
  /** Ends the pooler and deletes the pooler's files. */
  stop(): Promise<void>;
}

const answers = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, "127.0.0.1", () => done(true)).on("error", () => done(false));
    socket.on("connect", () => socket.destroy());
  });

/** Starts a pooler with default settings in front of the database at port `target`. */
export const startPgbouncer = async (target: number, username: string, mode: PoolMode): Promise<Pooler> => {
  const port = await freePort();
  const user = userOf();
  const folder = mkdtempSync(join(tmpdir(), "squall-bouncer-"));
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const users = put("users.txt", `"${username}" ""\n`);
  const settings = put(
    "pgbouncer.ini",
    `[databases]\n* = host=127.0.0.1 port=${target}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\n` +
      `unix_socket_dir =\npidfile = ${join(folder, "pid")}\nauth_type = trust\nauth_file = ${users}\npool_mode = ${mode}\n`,
  );
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [folder, users, settings]) chownSync(path, user.uid, user.gid);
  const guard = spawn("sh", ["-c", GUARD], { cwd: folder, stdio: ["pipe", "ignore", "ignore"] });
  let running: ChildProcess | null = null;
  const down = async () => {
    if (running === null) return;
    const exited = once(running, "exit");
    running.kill("SIGKILL");
    running = null;
    await exited;
    rmSync(join(folder, "pid"), { force: true });
  };
  const up = async () => {
    const started = spawn(findPgbouncer()!, ["-q", settings], {
      ...user,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    running = started;
    let said = "";
    started.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await until("PgBouncer answers", async () => {
      if (started.exitCode !== null) throw new Error(`PgBouncer did not start: ${said}`);
      return answers(port);
    });
  };
  const stop = async () => {
    await down();
    const gone = once(guard, "exit");
    guard.stdin.end();
    await gone;
  };
  await up().catch(async (error) => {
    await stop();
    throw error;
  });
  return { port, down, up, stop };
};

/** Gives `use` the URL that leads through the pooler to the database of `databaseUrl`. */
export const withPgbouncer = async <T>(
  databaseUrl: string,
  mode: PoolMode,
  use: (url: string) => Promise<T>,
): Promise<T> => {
  const { username, port, pathname } = new URL(databaseUrl);
  const pooler = await startPgbouncer(Number(port), username, mode);
  try {
    return await use(`postgres://${username}@127.0.0.1:${pooler.port}${pathname}`);
  } finally {
    await pooler.stop();
  }
};
