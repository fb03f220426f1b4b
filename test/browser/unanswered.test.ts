/** Every action of the dashboard on a server that is gone: the page reports the lost server, and no action was done. */
import type { Browser, Locator, Page } from "playwright";
import { afterAll, beforeAll, expect } from "vitest";
import { freePort } from "../ports.ts";
import { agentReady, ask, experimentOf, finished, openGround, start, TOKEN } from "../serve/ground.ts";
import { itInBrowser, launch, signIn, withPage } from "./stage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const scheduleOf = (name: string) => ({
  apiVersion: "squall.dev/v1",
  kind: "Schedule",
  metadata: { name },
  spec: { experiment: "ground", cron: "15 3 1 1 *", timeZone: "UTC" },
});

interface Act {
  readonly what: string;
  /** Page of the dashboard that has the button. */
  readonly page: string;
  readonly button: (page: Page) => Locator;
  /** Button in the confirmation dialog, if the action opens a dialog. */
  readonly confirm?: string;
  readonly fill?: (page: Page) => Promise<unknown>;
  readonly says?: RegExp;
}
const named = (name: string) => (page: Page) => page.locator("main").getByRole("button", { name, exact: true });
const SILENT = /The server does not answer\./;
const acts = (run: string): readonly Act[] => [
  // "run again" comes first: the journal of a run is known only while the run's page is open.
  { what: "run again", page: `runs/${run}`, button: named("Run again with this seed"), confirm: "Start the run" },
  { what: "start", page: "experiments", button: named("Start ground"), confirm: "Start the run" },
  { what: "save", page: "experiments/ground", button: named("Save…") },
  { what: "delete an experiment", page: "experiments/ground", button: named("Delete ground"), confirm: "Delete" },
  { what: "trigger", page: "schedules", button: named("Start nightly now"), confirm: "Start" },
  {
    ...{ what: "pause", page: "schedules", button: named("Pause nightly"), confirm: "Pause" },
    fill: (page) => page.getByRole("dialog").getByRole("textbox").fill("why not"),
  },
  { what: "resume", page: "schedules", button: named("Resume weekly") },
  { what: "delete a schedule", page: "schedules", button: named("Delete nightly"), confirm: "Delete" },
  { what: "release", page: "runs", button: named("Release"), confirm: "Release" },
  {
    ...{ what: "make a token", page: "tokens", button: named("Create token") },
    fill: (page) => page.getByLabel("Name", { exact: true }).fill("another"),
  },
  { what: "revoke a token", page: "tokens", button: named("Revoke the token reader"), confirm: "Revoke" },
  { what: "verify", page: "settings", button: named("Check all journals"), says: /It broke off/ },
];

itInBrowser("says of each action that its server is gone, and has done nothing", { timeout: 240_000 }, async () => {
  const ground = await openGround();
  try {
    const listen = ["--listen", `127.0.0.1:${await freePort()}`];
    const first = await ground.serve("server", listen);
    const { url } = first;
    await ground.agent([url]);
    await agentReady(url);
    const put = (kind: string, name: string, body: unknown) =>
      ask(url, `/api/v1/documents/${kind}/${name}`, { method: "PUT", body });
    const post = (path: string, body: unknown) => ask(url, `/api/v1${path}`, { method: "POST", body });
    await put("Experiment", "ground", experimentOf(ground));
    for (const name of ["nightly", "weekly"]) await put("Schedule", name, scheduleOf(name));
    await post("/schedules/weekly/pause", { reason: "for now" });
    await post("/tokens", { name: "reader", role: "viewer" });
    const run = await start(url, experimentOf(ground));
    await finished(url, run);
    await post("/halt", { reason: "to be released" });
    const state = async () => {
      const paths = ["/documents?kind=Experiment", "/documents?kind=Schedule", "/schedules", "/runs", "/gate"];
      const told = await Promise.all(paths.map(async (path) => (await ask(url, `/api/v1${path}`)).body));
      const { tokens } = (await ask(url, "/api/v1/tokens")).body as {
        tokens: { name: string; revokedAt: string | null; parent: string | null }[];
      };
      return JSON.stringify([told, tokens.map(({ name, revokedAt }) => [name, revokedAt]).sort()]);
    };
    await withPage(browser, async (page) => {
      await signIn(page, url, TOKEN);
      const before = await state();
      const all = acts(run);
      for (const { page: hash, button } of all.toReversed()) {
        await page.goto(`${url}/#/${hash}`);
        await button(page).first().waitFor();
      }
      first.child.kill("SIGKILL");
      await first.ended;
      await page.getByRole("banner").getByText("Connection lost").waitFor();
      for (const { what, page: hash, button, confirm, fill, says = SILENT } of all) {
        await page.goto(`${url}/#/${hash}`);
        if (confirm === undefined) await fill?.(page);
        await button(page).click();
        if (confirm !== undefined) {
          await fill?.(page);
          await page.getByRole("dialog").getByRole("button", { name: confirm, exact: true }).click();
        }
        const place = confirm === undefined && what !== "save" ? page.locator("main") : page.getByRole("dialog");
        await place.getByText(says).first().waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
      await page.getByText("the session of this browser is still good").waitFor();
      await ground.serve("server", listen);
      expect(await state()).toBe(before);
      // The page's message was true: after a reload the user is still signed in, and can sign out.
      await page.reload();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
    });
  } finally {
    await ground.close();
  }
});
