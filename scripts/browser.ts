/** Where a Chromium is, for the tests that need a real browser; and how to get one. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright";

/** First the one that has no windows, tabs and menus of its own: it does the same for a third of the work. */
const PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Works as root, in containers, and asks nobody on the network for anything. */
export const LAUNCH_ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-background-networking",
];

/** The executable of a browser: $SQUALL_CHROMIUM, Playwright's own download, or the system's; null: there is none. */
export const findBrowser = (): string | null =>
  [process.env.SQUALL_CHROMIUM, chromium.executablePath(), ...PLACES].find((path) => path && existsSync(path)) ?? null;

const isDebian = () =>
  existsSync("/etc/debian_version") && !readFileSync("/etc/os-release", "utf8").includes("ID=ubuntu");

const run = (command: string, args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } }).status === 0;

/** Finds a browser or installs one: Debian's package as root, else Playwright's download. Throws with what to do. */
export const ensureBrowser = (): string => {
  const found = findBrowser();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && isDebian()) {
    const quiet = { DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update", "-qq"], quiet);
    const install = (name: string) => run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], quiet);
    // Not every Debian has the first one.
    if (!install("chromium-headless-shell")) install("chromium");
  } else {
    run(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium-headless-shell"]);
  }
  const installed = findBrowser();
  if (installed === null)
    throw new Error("no Chromium was found or could be installed; install one and name it in SQUALL_CHROMIUM");
  return installed;
};
