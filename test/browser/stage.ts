/** A mesh that is up, and a real browser to view the mesh's dashboard. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import { describe, it } from "vitest";
import { readRecord } from "../../cli/session/server-record.ts";
import { BROWSER, findBrowser, LAUNCH_ARGS } from "../../scripts/browser.ts";
import { lackOf } from "../../scripts/programs.ts";
import type { Api } from "../../server/contract/index.ts";
import { needing } from "../needing.ts";
import { ended, start, type Tiny, withHome, writeMesh } from "../tiny.ts";

/** `it`, skipped with the reason where no browser is installed. */
export const itInBrowser = needing(it, lackOf(BROWSER));
export const describeInBrowser = needing(describe, lackOf(BROWSER));

export interface Up {
  readonly home: string;
  readonly tiny: Tiny;
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Ends the mesh. A second call has no effect. */
  down(): Promise<void>;
}
const START_MS = 20_000;
/** Timeout for elements that a page shows sooner or later, on a machine that is busy elsewhere. */
const PATIENCE_MS = 40_000;

export const withUp = (use: (up: Up) => Promise<void>): Promise<void> =>
  withHome(async (home) => {
    const tiny = await writeMesh(home);
    const child = start(home, ["up", tiny.mesh]);
    const over = ended(child);
    const down = async () => {
      child.kill("SIGTERM");
      await over;
    };
    try {
      const record = await eventually(() => readRecord(join(home, "up/tiny.json")));
      await use({ home, tiny, url: record.url, token: record.token, pid: record.pid, down });
    } finally {
      await down();
    }
  });

/** Polls `look` until the result is not null, and returns the result. */
export const eventually = async <T>(look: () => Promise<T | null>, withinMs = START_MS): Promise<T> => {
  for (let waited = 0; waited < withinMs; waited += 50) {
    const found = await look();
    if (found !== null) return found;
    await sleep(50);
  }
  throw new Error(`nothing after ${withinMs} ms`);
};

export const launch = (...args: readonly string[]): Promise<Browser> => {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("there is no browser; `npm run setup` installs one");
  return chromium.launch({ executablePath, args: [...LAUNCH_ARGS, ...args] });
};

export const runsOf = async ({ url, token }: Pick<Up, "url" | "token">) => {
  const response = await fetch(`${url}/api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });
  return ((await response.json()) as Api["GET /api/v1/runs"]["reply"]).runs;
};

/** Complaints of a page so far: errors and warnings of the console, exceptions. */
export const complaintsOf = (page: Page): readonly string[] => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
};
export const signIn = async (page: Page, url: string, token: string): Promise<void> => {
  await page.goto(url);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
};
/** Opens a page by the navigation links that every page has. */
export const goTo = async (page: Page, name: string): Promise<void> => {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1 }).filter({ hasText: name }).waitFor();
};
/** Opens a page in a new session; the page is closed after `use`. */
export const withPage = async (
  browser: Browser,
  use: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> => {
  // Animations are redrawn all the time, by the same cores that carry the traffic.
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await use(page);
  } finally {
    await context.close();
  }
};

const LATE = `    - { name: late, edge: { from: caller, to: callee }, latency: { delay: 5ms }, hits: { atLeast: 1 } }`;
/** Experiment that ends in HELD: the fault is a small delay of every request. `during`: length of the phase. */
export const lateFor = (during: string) => ({
  faults: LATE,
  phases: `{ warmup: 200ms, baseline: 1s, during: ${during}, recovery: { within: 3s, hold: 500ms } }`,
});
