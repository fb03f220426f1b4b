// Builds dist/ after `npm ci`: the packages by the compiler, the dashboard by vite, and the command line with all that it
// loads once more as a few large files, which start twice as fast; and the manual pages. Where they are not installed (`--omit=dev`) there is
// nothing to build with, and nothing to say.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";

const STEPS = [
  ["node_modules/typescript/bin/tsc", "-b"],
  ["node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "warn"],
];
const run = ([tool, ...args]) =>
  !existsSync(tool) || spawnSync(process.execPath, [tool, ...args], { stdio: "inherit" }).status === 0;

const bundle = async () => {
  const { build } = await import("esbuild");
  await build({
    entryPoints: ["dist/cli/main.js"],
    outdir: "dist/bundle",
    ...{ bundle: true, splitting: true, platform: "node", target: "node20", format: "esm", logLevel: "warning" },
    // pg-native is optional and absent. The others are CommonJS and imported dynamically: bundled into a chunk, they would
    // lose every export but the default.
    external: ["pg-native", "yaml", "undici", "tinyglobby"],
    // Packages of CommonJS ask for node's modules by name, which a module cannot by itself.
    banner: { js: 'import{createRequire as asked}from"node:module";const require=asked(import.meta.url);' },
  });
};

rmSync("dist/bundle", { recursive: true, force: true });
if (!STEPS.every(run)) process.exitCode = 1;
else if (existsSync("node_modules/esbuild") && existsSync("dist/cli/main.js")) {
  await bundle();
  const { writeManPages } = await import("../dist/cli/man/write.js");
  writeManPages("dist/man");
}
