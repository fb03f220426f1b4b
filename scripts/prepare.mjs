// Builds dist/ after `npm ci`. Where the compiler is not installed (`--omit=dev`) there is nothing to build with, and nothing to say.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const tsc = "node_modules/typescript/bin/tsc";
if (existsSync(tsc)) {
  const { status } = spawnSync(process.execPath, [tsc, "-b"], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
