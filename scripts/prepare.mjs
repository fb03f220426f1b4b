// Builds dist/ after `npm ci`: the packages by the compiler; the dashboard by vite; the command line and its processes
// a second time as a few large files, which start twice as fast; the services of the demo shop, each with all
// dependencies; the manual pages; and the notices of the packages that became part of these files. Without the tools
// (`--omit=dev`) the script ends without a build and without a message. A current build is kept: `npm ci` and
// `npm test` both run this script.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { checkImports, scriptOf } from "./bundle/chunks.mjs";
import { compile } from "./bundle/compile.mjs";
import { noticesOf } from "./third-party.mjs";

const STEPS = [
  ["node_modules/typescript/bin/tsc", "-b"],
  ["node_modules/vite/bin/vite.js", "build", "web", "--logLevel", "warn"],
];
const run = ([tool, ...args]) =>
  !existsSync(tool) || spawnSync(process.execPath, [tool, ...args], { stdio: "inherit" }).status === 0;

const BUNDLE = resolve("dist/bundle");

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
};
/** Bundles that the loader runs (`bundle/loader.js`), which gives them `require`. */
const LOADED = { ...FOR_NODE, write: false, outbase: "dist" };
/** Undici in a file of its own: only a process that calls somewhere over HTTP needs the package. */
const UNDICI_APART = {
  name: "undici-apart",
  setup({ onLoad }) {
    const contents = 'export const undici = () => __load("server/undici").undici();';
    onLoad({ filter: /[\\/]dist[\\/]server[\\/]undici\.js$/ }, () => ({ contents }));
  },
};
/** Gives esbuild the module's `require`, which is then bundled. */
const UNDICI_WHOLE = {
  name: "undici-whole",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/]server[\\/]undici\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/^const require = .*$/m, ""),
    }));
  },
};
const UNDICI = { ...LOADED, plugins: [UNDICI_WHOLE], entryPoints: ["dist/server/undici.js"], outdir: "dist/bundle" };
/** Bundle of the command line with its processes and threads: all of a packed package but the dashboard. */
const SQUALL = {
  ...LOADED,
  plugins: [UNDICI_APART, ZOD_AS_MODULE],
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
  // pg-native is optional and absent. tinyglobby is CommonJS and imported dynamically: bundled into a chunk, it would
  // lose every export but the default.
  external: ["pg-native", "tinyglobby"],
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
const IDENTIFIER = /^[\w$]+$/;
const exportsOf = async (name) =>
  Object.keys(await import(name)).filter((each) => each !== "default" && IDENTIFIER.test(each));
/** Replaces each export of a seldom package by a proxy, which loads the package from its own file at the first use. */
const LOADED_LATE = {
  name: "loaded-late",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${SELDOM.join("|")})$`) }, ({ path }) => ({ path, namespace: "loaded-late" }));
    onLoad({ filter: /./, namespace: "loaded-late" }, async ({ path }) => {
      const names = await exportsOf(path);
      const contents = `
        let loaded;
        const load = (name) => (loaded ??= __load("${path}"))[name];
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
  ...LOADED,
  // Minified identifiers leave a third less to compile; for readable stack traces run `dist/cli/main.js`.
  minifyIdentifiers: true,
  plugins: [commandsBut("validate.js"), LOADED_LATE, UNDICI_APART, ZOD_AS_MODULE],
  entryPoints: ["dist/cli/main.js"],
  outfile: "dist/bundle/cli/validate.js",
  external: ["pg-native", "tinyglobby"],
};
/** Gives a package of CommonJS the names of its exports, of which esbuild knows the default alone. */
const WITH_NAMES = {
  name: "with-names",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^seldom:/ }, ({ path }) => ({ path: path.slice("seldom:".length), namespace: "with-names" }));
    onLoad({ filter: /./, namespace: "with-names" }, async ({ path }) => {
      const contents = `export { ${(await exportsOf(path)).join(", ")} } from "${path}";`;
      return { contents, resolveDir: resolve(".") };
    });
  },
};
/** Files of the seldom packages, beside the bundle that loads them. */
const VALIDATE_LATE = {
  ...{ ...LOADED, plugins: [WITH_NAMES], minify: true },
  entryPoints: SELDOM.map((name) => ({ in: `seldom:${name}`, out: name })),
  outdir: "dist/bundle",
};
/** Help, the version and wrong usage are declarations alone. */
const HELP = {
  ...{ ...LOADED, minifyIdentifiers: true, plugins: [commandsBut("none"), ZOD_AS_MODULE] },
  entryPoints: ["dist/cli/main.js"],
  outfile: "dist/bundle/cli/help.js",
};
/** Bundle of the shell completion, which a user awaits at each key: a small file, without the commands. */
const COMPLETION = {
  ...{ ...FOR_NODE, minify: true, outbase: "dist", outdir: "dist/bundle" },
  entryPoints: ["dist/cli/completion/complete.js"],
};
const isSource = (name) => name.endsWith(".ts") && !name.endsWith(".test.ts");
/** Bundle of the demo shop: packages that only the shop uses are no dependencies of Squall. */
const SHOP = {
  ...FOR_NODE,
  // CommonJS packages load node's modules with `require`, which an ES module lacks by default.
  banner: { js: 'import{createRequire as asked}from"node:module";const require=asked(import.meta.url);' },
  entryPoints: readdirSync("experiments/shop")
    .filter(isSource)
    .map((name) => `experiments/shop/${name}`),
  outdir: "dist/experiments/shop",
};

/** Writes bundles as scripts for the loader, and for each entry a module of its name, which loads the script. */
const writeScripts = async (built) => {
  const { parseAst } = await import("vite");
  const chunks = built.flatMap(({ outputFiles }) =>
    outputFiles.map(({ path, text }) => scriptOf(parseAst, relative(BUNDLE, path).replace(/\.js$/, ""), text)),
  );
  checkImports(chunks);
  for (const { name, script, exports } of chunks) {
    const path = join(BUNDLE, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.cjs`, script);
    if (ENTRIES.has(name)) writeFileSync(`${path}.js`, entryOf(name, exports));
  }
  copyFileSync("scripts/bundle/loader.js", join(BUNDLE, "loader.js"));
};
const ENTRIES = new Set(
  [...SQUALL.entryPoints, VALIDATE.outfile, HELP.outfile].map((path) => path.replace(/^dist\/(bundle\/)?|\.js$/g, "")),
);
const entryOf = (name, exports) => {
  const loader = `${"../".repeat(name.split("/").length - 1)}loader.js`;
  const named = exports.map((each) => `export const ${each}=loaded.${each};`).join("");
  return `import{load}from"${loader}";const loaded=await load("${name}");${named}\n`;
};

/** Files that a build reads (FOLDERS, FILES, SCRIPTS), and a few that each build leaves (LEFT). */
const FOLDERS = ["agent", "cli", "experiments", "server", "web"];
const FILES = ["package.json", "package-lock.json", "tsconfig.base.json", "tsconfig.json"];
const SCRIPTS = [
  "prepare.mjs",
  "third-party.mjs",
  "bundle/chunks.mjs",
  "bundle/loader.js",
  "bundle/keep-code.js",
  "bundle/compile.mjs",
].map((name) => `scripts/${name}`);
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
    [SQUALL, UNDICI, VALIDATE, VALIDATE_LATE, HELP, COMPLETION, SHOP].map((form) => esbuild.build(form)),
  );
  await writeScripts(built.filter(({ outputFiles }) => outputFiles !== undefined));
  writeFileSync("dist/THIRD_PARTY.md", noticesOf(built.flatMap(({ metafile }) => Object.keys(metafile.inputs))));
  const { writeManPages, writeShape } = await import("../dist/cli/man/write.js");
  writeManPages("dist/man");
  writeShape("dist/bundle/commands.json");
  await compile(BUNDLE).catch(({ message }) => {
    process.stderr.write(`The bundle is left without compiled code, and its processes start slower: ${message}\n`);
  });
  return true;
};

const stamp = stampOf();
if (!isCurrent(stamp)) {
  if (!(await build())) process.exitCode = 1;
  else if (existsSync("dist/web")) writeFileSync(STAMP, stamp);
}
