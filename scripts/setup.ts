/** Installs what the tests need beside npm's packages; with `--bench` also the peers that the bench compares with. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ensureBrowser } from "./browser.ts";
import { ensurePgbouncer } from "./pgbouncer.ts";
import { ensurePostgres } from "./postgres.ts";

process.stdout.write(`browser: ${ensureBrowser()}\n`);
process.stdout.write(`PostgreSQL: ${ensurePostgres()}\n`);
process.stdout.write(`PgBouncer: ${ensurePgbouncer()}\n`);

if (process.argv.includes("--bench")) {
  const missing = ["nginx", "haproxy", "wrk"].filter(
    (name) => !existsSync(`/usr/sbin/${name}`) && !existsSync(`/usr/bin/${name}`),
  );
  if (missing.length > 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    const { status } = spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], {
      stdio: "inherit",
      env,
    });
    if (status !== 0) {
      process.stderr.write(
        `could not install ${missing.join(", ")}: install them by hand; the bench leaves out what it does not find\n`,
      );
      process.exitCode = 1;
    }
  }
}
