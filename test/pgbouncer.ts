/** A real PgBouncer in front of a database, in a given pooling mode; the process ends after use. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPgbouncer } from "../scripts/pgbouncer.ts";
import { freePort } from "./ports.ts";
import { userOf } from "./postgres.ts";
import { until } from "./waiting.ts";

export type PoolMode = "session" | "transaction";

const answers = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, "127.0.0.1", () => done(true)).on("error", () => done(false));
    socket.on("connect", () => socket.destroy());
  });

/** Gives `use` the URL that leads through the pooler to the database of `databaseUrl`. Its settings are the defaults. */
export const withPgbouncer = async <T>(
  databaseUrl: string,
  mode: PoolMode,
  use: (url: string) => Promise<T>,
): Promise<T> => {
  const { username, port: target, pathname } = new URL(databaseUrl);
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
      `unix_socket_dir =\nauth_type = trust\nauth_file = ${users}\npool_mode = ${mode}\n`,
  );
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [folder, users, settings]) chownSync(path, user.uid, user.gid);
  const pooler = spawn(findPgbouncer()!, ["-q", settings], {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  pooler.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const exited = once(pooler, "exit");
  try {
    await until("PgBouncer answers", async () => {
      if (pooler.exitCode !== null) throw new Error(`PgBouncer did not start: ${said}`);
      return answers(port);
    });
    return await use(`postgres://${username}@127.0.0.1:${port}${pathname}`);
  } finally {
    pooler.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
};
