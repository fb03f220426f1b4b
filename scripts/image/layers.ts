/** Layers of the image, the least changing layer first: Debian's libraries, Node, Squall. */
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { NODES, npm, releasedNode } from "../nodes.mjs";
import type { Layer } from "./archive.ts";
import { debianEntries, sha256Of } from "./debian.ts";
import { ARCHITECTURES, CHECKOUT, IMAGE, type Pins } from "./settings.ts";
import type { Entry } from "./tar.ts";

const text = (path: string, content: string, mode = 0o644): Entry => ({
  ...{ path, mode },
  from: { bytes: Buffer.from(content) },
});
const { uid } = IMAGE;
/** Entries of a system besides programs. */
const systemEntries = (): readonly Entry[] => [
  text(
    "/etc/passwd",
    `root:x:0:0:root:/root:/sbin/nologin\nsquall:x:${uid}:${uid}:squall:/home/squall:/sbin/nologin\n`,
  ),
  text("/etc/group", `root:x:0:\nsquall:x:${uid}:\n`),
  text("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
  { path: "/tmp", mode: 0o1777, from: null },
  ...IMAGE.writable.map((path): Entry => ({ path, mode: 0o750, owner: uid, from: null })),
];

/** Executable from npm's package `node`. Throws if the digest differs from the pinned digest. */
const nodeEntry = ({ node: { major, sha256 } }: Pins, architecture: string): Entry => {
  const file = releasedNode(major);
  const [digest, wanted] = [sha256Of(file), sha256[architecture]];
  if (digest !== wanted)
    throw new Error(
      `Node ${NODES[major]} (${file}) has SHA-256 ${digest}, expected ${wanted ?? "none for this architecture"} (scripts/image/pins.json): \`npm run image -- --pin\` takes it`,
    );
  return { path: "/usr/local/bin/node", mode: 0o755, from: { file } };
};

/** Leaves out sources of the SQLite driver, builds for other systems, and files for developers only. */
const isNeeded = (architecture: string) => (path: string) =>
  !/\.(d\.[mc]?ts|map)$|(^|\/)\.(bin|package-lock\.json)(\/|$)|^better-sqlite3\/(deps|src)\//.test(path) &&
  (!path.startsWith("better-sqlite3/prebuilds/") || path.endsWith(`/linux-${architecture}.node`));
const filesBelow = (folder: string, path = ""): readonly string[] =>
  readdirSync(join(folder, path)).flatMap((name) => {
    const inside = path === "" ? name : `${path}/${name}`;
    const stat = lstatSync(join(folder, inside));
    return stat.isDirectory() ? filesBelow(folder, inside) : stat.isFile() ? [inside] : [];
  });

/** Files that `npm pack` would take, by package.json's own list. */
const packedFiles = (): readonly string[] => {
  const told = npm(process.execPath, ["pack", "--dry-run", "--ignore-scripts", "--json", "--loglevel=error"], CHECKOUT);
  const [{ files }] = JSON.parse(told.slice(told.indexOf("["), told.lastIndexOf("]") + 1)) as [
    { files: readonly { path: string }[] },
  ];
  return files.map(({ path }) => path);
};
/** Installs the dependencies from the lockfile below `folder`, with the same Node that will load these packages. */
const installed = (pins: Pins, folder: string): string => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) cpSync(join(CHECKOUT, name), join(folder, name));
  npm(releasedNode(pins.node.major), ["ci", "--omit=dev", "--ignore-scripts"], folder);
  return join(folder, "node_modules");
};
/** Starter script. `--` as in cli/squall.js: `--env-file` is not meant for Node. */
const STARTER = `#!/usr/local/bin/node --\nimport("${IMAGE.app}/cli/squall.js");\n`;
const squallEntries = (pins: Pins, folder: string): readonly Entry[] => {
  if (!existsSync(join(CHECKOUT, "dist/bundle/cli/main.js")))
    throw new Error("dist/ is not built; run `npm run build` first");
  const modules = installed(pins, folder);
  const fileEntry = (path: string, file: string): Entry => ({ path, mode: 0o644, from: { file } });
  return [
    text("/usr/local/bin/squall", STARTER, 0o755),
    ...packedFiles().map((path) => fileEntry(`${IMAGE.app}/${path}`, join(CHECKOUT, path))),
    ...filesBelow(modules)
      .filter(isNeeded(process.arch))
      .map((path) => fileEntry(`${IMAGE.app}/node_modules/${path}`, join(modules, path))),
  ];
};

/** Layers for the architecture of this machine. Files below `folder` must stay until the image is written. */
export const layersOf = (pins: Pins, folder: string): readonly Layer[] => {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined || process.platform !== "linux")
    throw new Error(
      `an image is built on Linux of ${Object.keys(ARCHITECTURES).join(" or ")}, not ${process.platform} ${process.arch}`,
    );
  return [
    {
      comment: `Debian ${pins.debian.release}: libraries, certificates`,
      entries: [...debianEntries(pins, architecture, join(folder, "debian")), ...systemEntries()],
    },
    { comment: `Node ${NODES[pins.node.major]}`, entries: [nodeEntry(pins, architecture)] },
    { comment: `Squall ${IMAGE.version}`, entries: squallEntries(pins, join(folder, "squall")) },
  ];
};
