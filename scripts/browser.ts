/** Finds or installs Chromium for the tests that need a real browser. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright";
import { ensure, findProgram, installPackages, type Program } from "./programs.ts";

/**
 * Executables in order of preference. First the headless shell without windows, tabs and menus: a third of the work for
 * the same result.
 */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Arguments for a browser that works as root and in containers, and makes no network requests by default. */
export const LAUNCH_ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-background-networking",
];

/** Tells whether the executable starts: Playwright's download needs system libraries, which the download lacks. */
const starts = (path: string): boolean => spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
let found: string | null = null;
/** The executable of a browser: $SQUALL_CHROMIUM, Playwright's own download, or the system's; null: absent. */
export const findBrowser = (): string | null => {
  const places = [process.env.SQUALL_CHROMIUM, chromium.executablePath(), ...NAMES.map(findProgram)];
  found ??= places.find((path) => path && existsSync(path) && starts(path)) ?? null;
  return found;
};

/** Ubuntu's packages of Chromium only lead to a snap. */
const isUbuntu = () => existsSync("/etc/os-release") && readFileSync("/etc/os-release", "utf8").includes("ID=ubuntu");
const fromPlaywright = () =>
  spawnSync(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium-headless-shell"], {
    stdio: "inherit",
  });
const INSTALLERS = [
  // The headless shell is missing in some Debian releases.
  () => isUbuntu() || installPackages("chromium-headless-shell"),
  () => isUbuntu() || installPackages("chromium"),
  fromPlaywright,
];

export const BROWSER: Program = {
  name: "Chromium",
  packages: [],
  find: findBrowser,
  install() {
    for (const install of INSTALLERS) if (findBrowser() === null) install();
  },
  advice: "install a Chromium and name it in SQUALL_CHROMIUM",
};
/** Finds a browser or installs one. Throws an error that contains the remedy. */
export const ensureBrowser = (): string => {
  const path = ensure(BROWSER);
  if (path === null) throw new Error(`no Chromium was found or could be installed; ${BROWSER.advice}`);
  return path;
};
