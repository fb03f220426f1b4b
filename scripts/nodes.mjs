// Versions of Node that Squall supports, each as a binary, and as a checkout with node_modules of that version.
// `node scripts/nodes.mjs 24` prints the path of a Node 24; the npm package `node` brings the binary, below .nodes/.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
/** Major version → the release that is tested. Also the matrix in README. */
export const NODES = { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0", 26: "26.10.0" };

const own = () => Number(process.versions.node.split(".", 1)[0]);
const run = (command, argv, options = {}) => {
  const { status, stdout, stderr, error } = spawnSync(command, argv, { encoding: "utf8", ...options });
  if (status !== 0)
    throw new Error(
      `${[command, ...argv].join(" ")} ended with ${status}: ${error?.message ?? `${stdout}${stderr}`.trim().slice(-1_500)}`,
    );
  return `${stdout}${stderr}`;
};
/** Path of npm's own script, so that any Node can run npm. */
const npmScript = () => {
  const { npm_execpath: path } = process.env;
  return path?.endsWith("npm-cli.js") ? path : realpathSync(run("sh", ["-c", "command -v npm"]).trim());
};
/** Runs npm by this Node; returns the whole output. Throws if npm fails. */
export const npm = (node, argv, cwd) =>
  run(node, [npmScript(), ...argv, "--no-audit", "--no-fund"], {
    cwd,
    env: {
      ...process.env,
      ...certificates(),
      // Scripts of packages ask for `node` by name.
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    },
  });
/** The machine's certificates, which a run of the tests puts aside (`test/environment.ts`): a registry may need them. */
const certificates = () => {
  const { TEST_EXTRA_CA_CERTS: path } = process.env;
  return path === undefined ? {} : { NODE_EXTRA_CA_CERTS: path };
};

/** Returns the path of a Node of this major version; installs that Node if this process has another. May throw. */
export const ensureNode = (major) => (Number(major) === own() ? process.execPath : releasedNode(major));

/** Returns the path of the exact release in NODES, independent of the Node of this process. */
export const releasedNode = (major) => {
  const version = NODES[major];
  if (version === undefined) throw new Error(`Node ${major} is not tested; there are ${Object.keys(NODES).join(", ")}`);
  const folder = join(ROOT, ".nodes", version);
  const path = join(folder, "node_modules/node/bin/node");
  if (existsSync(path)) return path;
  // Two processes that install the same release at once must not see a half-installed folder.
  mkdirSync(join(ROOT, ".nodes"), { recursive: true });
  const making = mkdtempSync(`${folder}-`);
  try {
    npm(process.execPath, ["install", "--no-save", "--prefix", making, `node@${version}`], making);
    if (!existsSync(path)) renameSync(making, folder);
    return path;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
};

/** Lines of npm's output that a reader would take for a complaint. */
const complaintsIn = (output) => output.split("\n").filter((line) => /\b(warn|error|EBADENGINE)\b/i.test(line));

/** Runs `make` under a lock of all processes: two tests that make the same checkout at once would destroy it. */
const alone = (name, make) => {
  const lock = join(ROOT, ".nodes", `${name}.lock`);
  mkdirSync(join(ROOT, ".nodes"), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? {};
      if (Date.now() - mtimeMs > STALE_MS) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return make();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
};
/** Age of a stale lock, longer than an installation takes: the process that held the lock is dead. */
const STALE_MS = 600_000;

/** Name, size and time of every file that a checkout is made of. */
const stampOf = (files) =>
  files
    .map((file) => {
      const { size, mtimeMs } = statSync(join(ROOT, file));
      return `${file} ${size} ${mtimeMs}`;
    })
    .join("\n");

/**
 * Makes a checkout for a Node of this major version: the files of this checkout and of dist/, with node_modules
 * installed by that Node from the lockfile. The checkout is kept, and installed anew once the lockfile changes.
 * `complaints`: warnings of `npm ci`.
 */
export const ensureTree = (major) => {
  if (Number(major) === own()) return { node: process.execPath, tree: ROOT, complaints: [] };
  const node = ensureNode(major);
  return alone(`tree-${major}`, () => makeTree(major, node));
};

const makeTree = (major, node) => {
  const tree = join(ROOT, ".nodes", `tree-${major}`);
  const mark = join(tree, "node_modules/.squall-installed");
  const stamped = join(tree, ".squall-files");
  const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const files = run("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: ROOT })
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(ROOT, file)));
  const stamp = stampOf([...files, "dist/bundle/cli/main.js", "dist/web/index.html"]);
  if (existsSync(stamped) && readFileSync(stamped, "utf8") === stamp) return { node, tree, complaints: [] };
  for (const name of ["agent", "cli", "experiments", "scripts", "server", "test", "web", "dist", "docs"])
    rmSync(join(tree, name), { recursive: true, force: true });
  for (const file of files) cpSync(join(ROOT, file), join(tree, file), { preserveTimestamps: true });
  cpSync(join(ROOT, "dist"), join(tree, "dist"), { recursive: true, preserveTimestamps: true });
  let complaints = [];
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== lock) {
    complaints = complaintsIn(npm(node, ["ci", "--ignore-scripts"], tree));
    if (Number(major) < 22) npm(node, ["rebuild", "better-sqlite3-node20"], tree);
    writeFileSync(mark, lock);
  }
  writeFileSync(stamped, stamp);
  return { node, tree, complaints };
};

if (process.argv[1] === import.meta.filename) process.stdout.write(`${ensureNode(process.argv[2])}\n`);
