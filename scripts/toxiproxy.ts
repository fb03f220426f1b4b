/** Toxiproxy for the bench: Debian has no package, so the server is built from its Go module, with an exact version. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { findProgram, type Program } from "./programs.ts";

const VERSION = "2.12.0";
const MODULE = "github.com/Shopify/toxiproxy/v2";
const FILE = "toxiproxy-server";

const folderOf = (): string => join(cacheFolder("squall-bench"), `toxiproxy-${VERSION}`);
const builtFile = (): string => join(folderOf(), FILE);
/** Path of the server, from the PATH or built by the setup; null: absent. */
const find = (): string | null => findProgram(FILE) ?? (existsSync(builtFile()) ? builtFile() : null);

const build = (): void => {
  const go = findProgram("go");
  if (go === null) return;
  const folder = folderOf();
  mkdirSync(folder, { recursive: true });
  // `go install` names the program after its folder in the module, which is `server`.
  const { status } = spawnSync(
    go,
    ["install", "-ldflags", `-X ${MODULE}.Version=${VERSION}`, `${MODULE}/cmd/server@v${VERSION}`],
    { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, GOBIN: folder } },
  );
  if (status === 0) renameSync(join(folder, "server"), builtFile());
};

export const TOXIPROXY: Program = {
  name: "Toxiproxy",
  packages: [],
  find,
  install: build,
  advice: "put toxiproxy-server into the PATH, or install Go and have its module proxy in reach",
};
