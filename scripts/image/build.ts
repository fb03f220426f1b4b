/**
 * `npm run image`: builds the image of Squall as an OCI archive, without a container engine and without root. The same
 * commit gives the same digest. `-- --out FILE`: output path; `-- --level 1`: compresses fast, for a trial (9: small, by
 * default); `-- --rootfs FOLDER`: the image's files instead, for the Dockerfile; `-- --pin`: takes the newest packages of
 * this Debian into pins.json.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { releasedNode } from "../nodes.mjs";
import { packImage } from "./archive.ts";
import { newestPackages, sha256Of } from "./debian.ts";
import { layersOf } from "./layers.ts";
import { ARCHITECTURES, CHECKOUT, IMAGE, PINS_FILE, readPins } from "./settings.ts";
import type { Entry } from "./tar.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    level: { type: "string", default: "9" },
    rootfs: { type: "string" },
    pin: { type: "boolean", default: false },
  },
});
const architecture = ARCHITECTURES[process.arch] ?? process.arch;

/** Seconds since 1970: SOURCE_DATE_EPOCH, else the time of the commit (reproducible-builds.org). */
const epochOf = (): number => {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  const { stdout } = spawnSync("git", ["log", "-1", "--format=%ct"], { cwd: CHECKOUT, encoding: "utf8" });
  const epoch = Number(given ?? stdout?.trim());
  // A bundle of the year 1970 would pass for a missing bundle (cli/squall.js).
  if (Number.isInteger(epoch) && epoch > 0) return epoch;
  throw new Error(
    "no time for the image's files: set SOURCE_DATE_EPOCH to seconds since 1970, or build in a git checkout",
  );
};
const place = (root: string, { path, mode, from }: Entry): void => {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (from === null) mkdirSync(target, { recursive: true, mode });
  else if ("link" in from) symlinkSync(from.link, target);
  else if ("bytes" in from) writeFileSync(target, from.bytes, { mode });
  else {
    cpSync(from.file, target);
    spawnSync("chmod", [mode.toString(8), target]);
  }
};

const pins = readPins();
const folder = mkdtempSync(join(tmpdir(), "squall-layers-"));
try {
  if (values.pin) {
    const node = {
      ...pins.node,
      sha256: { ...pins.node.sha256, [architecture]: sha256Of(releasedNode(pins.node.major)) },
    };
    const debian = { ...pins.debian, packages: newestPackages(pins.debian.packages, architecture) };
    writeFileSync(PINS_FILE, `${JSON.stringify({ node, debian }, null, 2)}\n`);
    process.stdout.write(`${PINS_FILE}\n`);
  } else if (values.rootfs !== undefined) {
    for (const { entries } of layersOf(pins, folder)) for (const entry of entries) place(values.rootfs, entry);
    process.stdout.write(`${values.rootfs}\n`);
  } else {
    const name = `${IMAGE.name}-${IMAGE.version}-linux-${architecture}.oci.tar`;
    const file = resolve(values.out ?? join(CHECKOUT, "reports", name));
    mkdirSync(dirname(file), { recursive: true });
    const settings = { architecture, epoch: epochOf(), level: Number(values.level) };
    const { digest, bytes, layers } = packImage(file, IMAGE, layersOf(pins, folder), settings);
    const megabytes = (count: number) => `${(count / 1e6).toFixed(1)} MB`;
    for (const layer of layers) process.stdout.write(`${megabytes(layer.bytes).padStart(8)}  ${layer.comment}\n`);
    process.stdout.write(`${megabytes(bytes).padStart(8)}  ${digest}\n${file}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
