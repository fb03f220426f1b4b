/** The dashboard in a real browser, on a mesh that is up, with runs that the CLI starts. */
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ended, start, writeExperiment } from "../tiny.ts";
import { openLine } from "./cut.ts";
import {
  complaintsOf,
  describeInBrowser,
  eventually,
  goTo,
  lateFor,
  launch,
  runsOf,
  signIn,
  withPage,
  withUp,
} from "./stage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const onRuns = async (page: Page, url: string, token: string): Promise<void> => {
  await signIn(page, url, token);
  await goTo(page, "Runs");
};

describeInBrowser.concurrent("the dashboard", { timeout: 120_000 }, () => {
  it("shows a run that the CLI starts by itself, live, and its verdict at the end, without one complaint of the browser", () =>
    withUp(({ home, tiny, url, token }) =>
      withPage(browser, async (page) => {
        const complaints = complaintsOf(page);
        await onRuns(page, url, token);
        await page.getByText("No runs yet").waitFor();
        expect(await page.locator("main").innerText()).toContain("squall run");

        const file = writeExperiment(home, tiny, lateFor("3s"));
        const running = ended(start(home, ["run", file]));
        const row = page.getByRole("link", { name: /tiny/ }).first();
        await row.waitFor();
        await row.click();
        await page.getByText("RUNNING", { exact: true }).waitFor();
        await page.getByText("the faults are in the traffic").waitFor();
        await page.getByRole("button", { name: "Halt this run" }).waitFor();

        await page.getByText("HELD", { exact: true }).first().waitFor();
        expect((await running).code).toBe(0);
        const [run] = await runsOf({ url, token });
        const said = await page.locator("main").innerText();
        expect(said).toContain(run!.reason);
        expect(said).toContain("caller → callee");
        expect(said).toContain("attested");
        expect(await page.getByRole("button", { name: "Halt this run" }).count()).toBe(0);
        await page
          .getByRole("img", { name: /^it answers: good share of each second; 0 of \d+ seconds below/ })
          .waitFor();
        await page.getByRole("link", { name: "All runs" }).click();
        await page
          .getByRole("link", { name: /HELD.*tiny/ })
          .first()
          .waitFor();
        expect(complaints).toEqual([]);
      }),
    ));

  it("halts a run, with a reason if somebody gives one; Escape leaves it running", () =>
    withUp(({ home, tiny, url, token }) =>
      withPage(browser, async (page) => {
        const complaints = complaintsOf(page);
        await onRuns(page, url, token);
        const running = ended(start(home, ["run", writeExperiment(home, tiny, lateFor("60s"))]));
        await page.getByRole("link", { name: /tiny/ }).first().click();
        await page.getByText("the faults are in the traffic").waitFor();
        await page.getByRole("button", { name: "Halt this run" }).click();
        const dialog = page.getByRole("dialog", { name: "Halt this run?" });
        const confirm = dialog.getByRole("button", { name: "Halt this run" });
        expect(await confirm.isEnabled()).toBe(true);
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        expect((await runsOf({ url, token }))[0]!.state).toBe("injecting");

        await page.getByRole("button", { name: "Halt this run" }).press("Enter");
        await dialog.getByLabel(/Reason/).fill("the tills are ringing");
        await page.keyboard.press("Enter");
        await page.getByText("HALTED", { exact: true }).first().waitFor();
        expect(await page.locator("main").innerText()).toContain("the tills are ringing");
        expect((await running).code).toBe(4);
        expect(complaints).toEqual([]);
      }),
    ));

  it("shows hostile names and descriptions as the text that they are", () =>
    withUp(({ home, tiny, url, token }) =>
      withPage(browser, async (page) => {
        const complaints = complaintsOf(page);
        const hostile = (mark: string) =>
          `<img src=x onerror="window.hit='${mark}'"><script>window.hit=1</script>&amp;`;
        const quoted = (text: string) => JSON.stringify(text);
        const file = writeExperiment(home, tiny, {
          ...lateFor("1s"),
          more: `  description: ${quoted(hostile("description"))}`,
          hypothesis: `    - { name: ${quoted(hostile("expectation"))}, http: { url: "${tiny.edge}/<b>", every: 20ms, timeout: 1s }, good: { status: 2xx, within: 500ms }, objective: 90% }`,
          faults: `    - { name: ${quoted(hostile("fault"))}, edge: { from: caller, to: callee }, latency: { delay: 5ms }, hits: { atLeast: 1 } }`,
        });
        const running = ended(start(home, ["run", file]));
        await onRuns(page, url, token);
        await page.getByRole("link", { name: /tiny/ }).first().click();
        await page.getByText("HELD", { exact: true }).first().waitFor();
        expect((await running).code).toBe(0);
        const said = await page.locator("main").innerText();
        for (const mark of ["description", "expectation", "fault"]) expect(said).toContain(hostile(mark));
        const elements = await page.evaluate(() => ({
          hit: (globalThis as { hit?: unknown }).hit ?? null,
          inside: document.querySelectorAll("main img, main script, main b").length,
        }));
        expect(elements).toEqual({ hit: null, inside: 0 });
        expect(complaints).toEqual([]);
      }),
    ));

  it("says when the connection is lost, and takes up where it was when it is back", () =>
    withUp(({ home, tiny, url, token }) =>
      withPage(browser, async (page) => {
        const line = await openLine(url);
        try {
          await onRuns(page, line.url, token);
          const running = ended(start(home, ["run", writeExperiment(home, tiny, lateFor("20s"))]));
          await page.getByRole("link", { name: /tiny/ }).first().click();
          await page.getByText("the faults are in the traffic").waitFor();
          line.cut();
          await page.getByRole("banner").getByText("Connection lost").waitFor();
          await page
            .getByRole("banner")
            .getByText(/last known, (just now|\d+ s ago)/)
            .waitFor();
          expect(await page.locator("main[data-stale]").count()).toBe(1);
          line.mend();
          await page.getByRole("banner").getByText("Live", { exact: true }).waitFor();
          expect(await page.locator("main[data-stale]").count()).toBe(0);
          await eventually(async () => line.heads.some((head) => /last-event-id: [1-9]/i.test(head)) || null);
          expect((await running).code).toBe(0);
          await page.getByText("HELD", { exact: true }).first().waitFor();
        } finally {
          await line.close();
        }
      }),
    ));

  it("does not keep a run alive whose client is gone", () =>
    withUp(({ home, tiny, url, token }) =>
      withPage(browser, async (page) => {
        await onRuns(page, url, token);
        const client = start(home, ["run", writeExperiment(home, tiny, lateFor("60s"))]);
        const gone = ended(client);
        await page.getByRole("link", { name: /tiny/ }).first().click();
        await page.getByText("the faults are in the traffic").waitFor();
        client.kill("SIGKILL");
        await gone;
        await page.getByText("HALTED", { exact: true }).first().waitFor();
        expect(await runsOf({ url, token })).toMatchObject([{ verdict: "HALTED", because: "client-silent" }]);
      }),
    ));

  it("lets nobody in with another token, and forgets it on signing out", () =>
    withUp(({ url, token }) =>
      withPage(browser, async (page) => {
        await page.goto(url);
        await page.getByLabel("Token").fill("0".repeat(64));
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByText("This is not the token of this server.").waitFor();
        await onRuns(page, url, token);
        await page.reload();
        await page.getByText("No runs yet").waitFor();
        // The session is in an HttpOnly cookie, which no script can read.
        expect(await page.evaluate(() => document.cookie)).toBe("");
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByLabel("Token").waitFor();
        expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
        expect(page.url()).not.toContain(token);
      }),
    ));
});
