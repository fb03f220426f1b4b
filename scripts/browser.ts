/** Where a Chromium is, for the tests that need a real browser; and how to get one. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright";
import { installPackages, mayInstall } from "./programs.ts";

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

/** Its packages of Chromium only lead to a snap. */
const isUbuntu = () => readFileSync("/etc/os-release", "utf8").includes("ID=ubuntu");

/** Finds a browser or installs one: Debian's package as root, else Playwright's download. Throws with what to do. */
export const ensureBrowser = (): string => {
  const found = findBrowser();
  if (found !== null) return found;
  if (mayInstall() && !isUbuntu()) {
    // Not every Debian has the first one.
    if (!installPackages("chromium-headless-shell")) installPackages("chromium");
  } else {
    spawnSync(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium-headless-shell"], {
      stdio: "inherit",
    });
  }
  const installed = findBrowser();
  if (installed === null)
    throw new Error("no Chromium was found or could be installed; install one and name it in SQUALL_CHROMIUM");
  return installed;
};
