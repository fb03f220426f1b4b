/**
 * A leak that really happens, seen in a browser: a slow bank starves a service that never calls the bank, by a shared
 * lock.
 */
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect } from "vitest";
import { readRecord } from "../../cli/session/server-record.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { writePool, writePoolExperiment } from "../run/pool.ts";
import { ended, start, withHome } from "../tiny.ts";
import { complaintsOf, eventually, goTo, itInBrowser, launch, runsOf, signIn, withPage } from "./stage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** The broken rule, with the service that leaked first: the lock, or the service that waits for the lock. */
const RULE = /(stock|lock) (is not declared|may only get slower), but (fails|gets slower|answers hardly anybody)/;
const reportOf = async (url: string, token: string, id: string) => {
  const response = await fetch(`${url}/api/v1/runs/${id}`, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as RunReport;
};
const SHORT = "{ warmup: 1s, baseline: 6s, during: 9s, recovery: { within: 5s, hold: 1s } }";
const PAGES = ["Runs", "Experiments", "Schedules", "Agents", "Policies", "Tokens", "Audit", "Settings"];
const iconOf = (page: Page) => page.locator('link[rel="icon"]').getAttribute("href");

itInBrowser(
  "a leak is told while it happens, on every page; afterwards by the run's page, the list, compare and the slider",
  { timeout: 240_000 },
  () =>
    withHome(async (home) => {
      await writePool(home);
      const up = start(home, ["up", join(home, "mesh.yaml")]);
      const over = ended(up);
      try {
        const { url, token } = await eventually(() => readRecord(join(home, "up/pool.json")));
        await withPage(
          browser,
          async (page) => {
            const complaints = complaintsOf(page);
            await signIn(page, url, token);
            const calm = await iconOf(page);
            const phases = "{ warmup: 1s, baseline: 6s, during: 30s, recovery: { within: 5s, hold: 1s } }";
            const more = "  onBroken: continue";
            const running = ended(start(home, ["run", writePoolExperiment(home, { phases, more })]));

            const banner = page.getByRole("region", { name: "Damage has left the declared radius" });
            await banner.getByText(RULE).first().waitFor();
            expect(await page.title()).toMatch(/^LEAK: (stock|lock).*: Mesh pool · Squall$/);
            expect(await iconOf(page)).not.toBe(calm);
            const said = page.getByRole("alert").filter({ hasText: "Leak: damage has left the declared radius at" });
            expect(await said.textContent()).toMatch(/stock|lock/);
            await page.locator(".service.leak .tag.leak").getByText("LEAK").first().waitFor();
            for (const name of PAGES) {
              await goTo(page, name);
              await page.waitForFunction(() => document.title.startsWith("LEAK: "));
              expect(await iconOf(page), name).not.toBe(calm);
            }

            expect((await running).code).toBe(1);
            const [run] = await runsOf({ url, token });
            expect(run).toMatchObject({ verdict: "BROKEN", because: "leak" });
            await page.waitForFunction(() => !document.title.startsWith("LEAK: "));
            expect(await iconOf(page)).toBe(calm);

            await goTo(page, "Runs");
            const row = page.getByRole("list", { name: "Runs" }).getByRole("listitem").first();
            await row.getByText(/leak: (lock|stock)/).waitFor();
            await row.getByText(RULE).waitFor();
            await row.getByRole("link", { name: /pool/ }).click();
            await page.getByRole("region", { name: "Verdict" }).getByText(RULE).waitFor();
            const radius = page.locator("section", { has: page.getByRole("heading", { name: "Blast radius" }) });
            await radius.getByText("LEAK").first().waitFor();

            const leak = (await reportOf(url, token, run!.id)).radius!.leaks[0]!;
            await page.getByRole("slider", { name: "Moment of the run" }).fill(String(leak.atMs + 1_500));
            const words = page.getByRole("list", { name: /^How the mesh stands at / });
            await words.getByRole("listitem").filter({ hasText: leak.service }).getByText("LEAK").first().waitFor();
            await page.locator(".run-mesh .tag.leak").first().waitFor();
            const caption = page.locator(".run-mesh figcaption");
            expect(await caption.innerText()).toMatch(/^The mesh at \+\d/);
            await page.getByRole("slider", { name: "Moment of the run" }).fill("0");
            await page.locator(".run-mesh .tag.leak").first().waitFor({ state: "detached" });
            expect(await caption.innerText()).toBe("The mesh at +0.0 s");

            // Another run of the experiment, without a leak: compare has the measured radius of both.
            await ended(start(home, ["run", writePoolExperiment(home, { phases: SHORT, delay: "1ms" })]));
            await page.getByRole("button", { name: "Show its end" }).click();
            await page.reload();
            await page.getByLabel("With another run of this experiment").selectOption({ index: 1 });
            const affected = page.getByRole("table", { name: "Affected services" });
            const [mine, other] = [1, 2].map((column) =>
              affected
                .getByRole("row", { name: new RegExp(`^${leak.service}`) })
                .locator(":scope > *")
                .nth(column),
            );
            await mine!.getByText("LEAK").waitFor();
            expect(await other!.innerText()).toBe("as before");
            expect(complaints).toEqual([]);
          },
          { viewport: { width: 1440, height: 900 } },
        );
      } finally {
        up.kill("SIGTERM");
        await over;
      }
    }),
);
