// Builds dist/ after `npm ci`: the packages by the compiler, the dashboard by vite. Where they are not installed
// (`--omit=dev`) there is nothing to build with, and nothing to say.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const STEPS = [
  ["node_modules/typescript/bin/tsc", "-b"],
  ["node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "warn"],
];
for (const [tool, ...args] of STEPS) {
  if (!existsSync(tool)) continue;
  const { status } = spawnSync(process.execPath, [tool, ...args], { stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}
