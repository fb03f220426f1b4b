// Builds dist/ after `npm ci`: the packages by the compiler; the dashboard by vite; the command line and its processes
// a second time as a few large files, which start twice as fast; the services of the demo shop, each with all
// dependencies; the manual pages; and the notices of the packages that became part of these files. Without the tools
// (`--omit=dev`) the script ends without a build and without a message. A current build is kept: `npm ci` and
// `npm test` both run this script.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { noticesOf } from "./third-party.mjs";

const STEPS = [
  ["node_modules/typescript/bin/tsc", "-b"],
  ["node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "warn"],
];
const run = ([tool, ...args]) =>
  !existsSync(tool) || spawnSync(process.execPath, [tool, ...args], { stdio: "inherit" }).status === 0;

/** Imports zod as a namespace, which bundles only the used third: the named import `z` bundles all zod's languages. */
const ZOD_AS_MODULE = {
  name: "zod-as-module",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      return { contents: readFileSync(path, "utf8").replace('import { z } from "zod";', 'import * as z from "zod";') };
    });
  },
};
const FOR_NODE = {
  // Identifiers are kept: people read the stack traces.
  ...{ minifyWhitespace: true, minifySyntax: true, plugins: [ZOD_AS_MODULE] },
  // For Node the package has modules of CommonJS, seventy files that would have to be found and read one by one.
  alias: { yaml: resolve("node_modules/yaml/browser/index.js") },
  ...{ bundle: true, platform: "node", target: "node20", format: "esm", logLevel: "warning", metafile: true },
  // CommonJS packages load node's modules with `require`, which an ES module lacks by default.
  banner: { js: 'import{createRequire as asked}from"node:module";const require=asked(import.meta.url);' },
};
/** Bundle of the command line with its processes and threads: all of a packed package but the dashboard. */
const SQUALL = {
  ...FOR_NODE,
  splitting: true,
  entryPoints: [
    "dist/cli/main.js",
    "dist/agent/main.js",
    "dist/agent/mesh-reader.js",
    "dist/server/keeper/keeper.js",
    "dist/server/keeper/watchdog.js",
    "dist/server/probes/judge-worker.js",
    "dist/server/probes/prober-worker.js",
  ],
  outbase: "dist",
  outdir: "dist/bundle",
  // pg-native is optional and absent. The other packages are CommonJS and imported dynamically: bundled into a chunk,
  // these packages would lose every export but the default.
  external: ["pg-native", "undici", "tinyglobby"],
};
/** Bundles the command line with no command, or with this one; `kept`: file name of the command. */
const commandsBut = (kept) => ({
  name: `commands-but-${kept}`,
  setup({ onResolve }) {
    onResolve({ filter: /[\\/]commands[\\/]/ }, ({ kind, path }) =>
      kind === "dynamic-import" && !path.endsWith(`/${kept}`) ? { path, external: true } : undefined,
    );
  },
});
/** Packages for regular expressions, JSON paths and cron patterns: a third of the code, and few files have any. */
const SELDOM = ["croner", "json-p3", "re2js"];
/** Replaces each export of a seldom package by a proxy, which loads the package from its own file at the first use. */
const LOADED_LATE = {
  name: "loaded-late",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${SELDOM.join("|")})$`) }, ({ path }) => ({ path, namespace: "loaded-late" }));
    onResolve({ filter: /^\.\/.*\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: "loaded-late" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== "default");
      const contents = `
        let loaded;
        const load = (name) => (loaded ??= require("./${path}.cjs"))[name];
        const late = (name) => new Proxy(function () {}, {
          get: (_, key) => Reflect.get(load(name), key),
          construct: (_, args) => Reflect.construct(load(name), args),
        });
        ${names.map((name) => `export const ${name} = /* @__PURE__ */ late("${name}");`).join("\n")}`;
      return { contents, loader: "js" };
    });
  },
};
/** Editors run `validate` at each save, and Node needs longer to find sixty chunks than to read a single file. */
const VALIDATE = {
  ...FOR_NODE,
  // Minified identifiers leave a third less to compile; for readable stack traces run `dist/cli/main.js`.
  minifyIdentifiers: true,
  plugins: [commandsBut("validate.js"), LOADED_LATE, ZOD_AS_MODULE],
  entryPoints: ["dist/cli/main.js"],
  outfile: "dist/bundle/cli/validate.js",
  external: ["pg-native", "undici", "tinyglobby"],
};
/** Files of the seldom packages, beside the bundle that loads them. */
const VALIDATE_LATE = {
  ...{ ...FOR_NODE, banner: {}, plugins: [], minify: true, format: "cjs" },
  entryPoints: SELDOM,
  outdir: "dist/bundle/cli",
  outExtension: { ".js": ".cjs" },
};
/** Help, the version and wrong usage are declarations alone. */
const HELP = {
  ...{ ...FOR_NODE, minifyIdentifiers: true, plugins: [commandsBut("none"), ZOD_AS_MODULE] },
  entryPoints: ["dist/cli/main.js"],
  outfile: "dist/bundle/cli/help.js",
};
/** Bundle of the shell completion, which a user awaits at each key: a small file, without the commands. */
const COMPLETION = {
  ...{ ...FOR_NODE, banner: {}, minify: true, outbase: "dist", outdir: "dist/bundle" },
  entryPoints: ["dist/cli/completion/complete.js"],
};
const isSource = (name) => name.endsWith(".ts") && !name.endsWith(".test.ts");
/** Bundle of the demo shop: packages that only the shop uses are no dependencies of Squall. */
const SHOP = {
  ...FOR_NODE,
  entryPoints: readdirSync("experiments/shop")
    .filter(isSource)
    .map((name) => `experiments/shop/${name}`),
  outdir: "dist/experiments/shop",
};

/** Files that a build reads (FOLDERS, FILES, SCRIPTS), and a few that each build leaves (LEFT). */
const FOLDERS = ["agent", "cli", "experiments", "server", "web"];
const FILES = ["package.json", "package-lock.json", "tsconfig.base.json", "tsconfig.json"];
const SCRIPTS = ["scripts/prepare.mjs", "scripts/third-party.mjs"];
const LEFT = ["dist/cli/main.js", "dist/bundle/cli/main.js", "dist/web/index.html", "dist/man", "dist/THIRD_PARTY.md"];
/** Stamp of the sources by contents, since a checkout gives every file a new time. Tests are in no build. */
const stampOf = () => {
  const inFolder = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
      .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const file of [...FOLDERS.flatMap(inFolder), ...FILES, ...SCRIPTS].sort())
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
};
const STAMP = "dist/.stamp";
const isCurrent = (stamp) =>
  LEFT.every((file) => existsSync(file)) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;

const build = async () => {
  rmSync(STAMP, { force: true });
  rmSync("dist/bundle", { recursive: true, force: true });
  if (!STEPS.every(run)) return false;
  if (!existsSync("node_modules/esbuild") || !existsSync("dist/cli/main.js")) return true;
  const esbuild = await import("esbuild");
  const built = await Promise.all(
    [SQUALL, VALIDATE, VALIDATE_LATE, HELP, COMPLETION, SHOP].map((form) => esbuild.build(form)),
  );
  writeFileSync("dist/THIRD_PARTY.md", noticesOf(built.flatMap(({ metafile }) => Object.keys(metafile.inputs))));
  const { writeManPages, writeShape } = await import("../dist/cli/man/write.js");
  writeManPages("dist/man");
  writeShape("dist/bundle/commands.json");
  return true;
};

const stamp = stampOf();
if (!isCurrent(stamp)) {
  if (!(await build())) process.exitCode = 1;
  else if (existsSync("dist/web")) writeFileSync(STAMP, stamp);
}
