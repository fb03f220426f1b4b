/** The dashboard while its server or an agent goes away. */
import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../ports.ts";
import { agentReady, type Ground, openGround, TOKEN } from "../serve/ground.ts";
import { describeInBrowser, goTo, launch, signIn, withPage } from "./stage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const onGround = async (use: (ground: Ground) => Promise<void>) => {
  const ground = await openGround();
  try {
    await use(ground);
  } finally {
    await ground.close();
  }
};

describeInBrowser.concurrent("the dashboard", { timeout: 120_000 }, () => {
  it("says that its server is gone, and goes on by itself when it is back", () =>
    onGround((ground) =>
      withPage(browser, async (page) => {
        const port = await freePort();
        const serve = () => ground.serve("server", ["--listen", `127.0.0.1:${port}`]);
        const first = await serve();
        await signIn(page, first.url, TOKEN);
        await page.getByText("Live", { exact: true }).waitFor();
        first.child.kill("SIGKILL");
        await first.ended;
        await page.getByText("Connection lost").waitFor();
        await page
          .getByRole("banner")
          .getByText(/last known, (just now|\d+ s ago)/)
          .waitFor();
        expect(await page.locator("main[data-stale]").count()).toBe(1);
        await serve();
        await page.getByText("Live", { exact: true }).waitFor();
        // The session is the database's, not the process's: the user stays signed in.
        expect(await page.locator("main[data-stale]").count()).toBe(0);
      }),
    ));

  it("shows an agent that is gone as lost", () =>
    onGround((ground) =>
      withPage(browser, async (page) => {
        const { url } = await ground.serve("server");
        const agent = await ground.agent([url]);
        await agentReady(url);
        await signIn(page, url, TOKEN);
        await goTo(page, "Agents");
        const row = page.getByRole("row", { name: /caller-1/ });
        await row.getByText("ready", { exact: true }).waitFor();
        agent.child.kill("SIGKILL");
        await row.getByText("lost", { exact: true }).waitFor();
      }),
    ));
});
