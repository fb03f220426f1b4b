/**
 * Third-party tools for the OpenAPI document: generators of clients, linters, and schemathesis. From npm and PyPI, with
 * exact pins, in a separate cache: the tools are ten times the project's dependencies, and only tests need them.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { findProgram, installPackages, type Program } from "./programs.ts";

const PINS = join(import.meta.dirname, "openapi-tools");
const NODE_PINS = ["package.json", "package-lock.json"];
const PYTHON_PINS = ["requirements.txt", "constraints.txt"];
/** Marker file, written last: a folder without the marker is an interrupted installation. */
const MARKER = "installed";
/** The oldest that the tools run on. */
const PYTHON = [3, 10] as const;

/** $SQUALL_OPENAPI_TOOLS, or in the user's cache. Throws: the user has no home. */
const cache = (): string => process.env.SQUALL_OPENAPI_TOOLS ?? cacheFolder("squall-openapi-tools");
/** A folder for just these pins. */
const folderOf = (name: string, pins: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const pin of pins) hash.update(readFileSync(join(PINS, pin)));
  return join(cache(), `${name}-${hash.digest("hex").slice(0, 12)}`);
};
const run = (program: string, argv: readonly string[], cwd?: string): boolean =>
  spawnSync(program, argv, { stdio: ["ignore", "ignore", "inherit"], ...(cwd === undefined ? {} : { cwd }) }).status ===
  0;

const find = (name: string, pins: readonly string[]): string | null => {
  try {
    const folder = folderOf(name, pins);
    return existsSync(join(folder, MARKER)) ? folder : null;
  } catch {
    return null;
  }
};
/** Installs the tools, or leaves no tools to find where npm or pip fail or the folder cannot be written. */
const install = (name: string, pins: readonly string[], fill: (folder: string) => boolean): void => {
  try {
    const folder = folderOf(name, pins);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const pin of pins) cpSync(join(PINS, pin), join(folder, pin));
    if (fill(folder)) writeFileSync(join(folder, MARKER), "");
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
  }
};

const isRecent = (python: string): boolean =>
  run(python, ["-c", `import sys, venv, ensurepip; sys.exit(sys.version_info < (${PYTHON.join(", ")}))`]);
const findPython = (): string | null => {
  const python = findProgram("python3");
  return python !== null && isRecent(python) ? python : null;
};
const PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];

/** The folder with `node_modules` of openapi-typescript, openapi-fetch, redocly and spectral; null: not installed. */
export const findNodeTools = (): string | null => find("node", NODE_PINS);
/** The folder of a virtual environment with openapi-python-client and schemathesis; null: not installed. */
export const findPythonTools = (): string | null => find("python", PYTHON_PINS);

export const NODE_TOOLS: Program = {
  name: "tools of npm's for OpenAPI",
  packages: [],
  find: findNodeTools,
  install: () =>
    install("node", NODE_PINS, (folder) =>
      run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder),
    ),
  advice: "npm's registry has to be in reach",
};
export const PYTHON_TOOLS: Program = {
  name: "tools of PyPI's for OpenAPI",
  packages: [],
  find: findPythonTools,
  install: () =>
    install("python", PYTHON_PINS, (folder) => {
      if (findPython() === null) installPackages("python3", "python3-venv");
      const python = findPython();
      if (python === null || !run(python, ["-m", "venv", folder])) return false;
      return run(join(folder, "bin/python"), [...PIP, "-c", "constraints.txt", "-r", "requirements.txt"], folder);
    }),
  advice: `PyPI has to be in reach, and a Python ${PYTHON.join(".")} with venv (Debian and Ubuntu: \`apt-get install python3-venv\`)`,
};

/** Reason, for test titles, why tests that need these tools are left out; null: the tools are installed. */
export const toolsLack = ({ find, name }: Program): string | null => (find() === null ? `no ${name}` : null);
