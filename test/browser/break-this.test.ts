/**
 * *Break this* on an edge and on a service: the editor opens with an experiment that passes the checks and the plan of
 * the server; the way back leads to the same place, and what is written is not lost unasked.
 */
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { often } from "../soak.ts";
import { openShop } from "./shop.ts";
import { complaintsOf, describeInBrowser, launch, signIn, withPage } from "./stage.ts";

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  [browser, shop] = await Promise.all([launch(), openShop()]);
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});
const onDashboard = (use: (page: Page) => Promise<void>): Promise<void> =>
  withPage(
    browser,
    async (page) => {
      const complaints = complaintsOf(page);
      await signIn(page, shop.url, shop.token);
      await use(page);
      expect(complaints).toEqual([]);
    },
    { viewport: { width: 1440, height: 900 } },
  );

const BUTTONS = ["Slow", "Failing", "Cut off", "Flaky"] as const;
type Button = (typeof BUTTONS)[number];
/** Faults by button, as the file has them, over HTTP and over TCP. */
const FAULTS: Readonly<Record<Button, readonly [http: object, tcp: object]>> = {
  Slow: [{ latency: { delay: "300ms" } }, { latency: { delay: "300ms" } }],
  Failing: [{ abort: { status: 503 } }, { reset: {} }],
  "Cut off": [{ partition: { how: "blackhole" } }, { partition: { how: "blackhole" } }],
  Flaky: [
    { share: "20%", abort: { status: 503 } },
    { share: "20%", reset: {} },
  ],
};
const TARGETS = [
  { what: "an edge", at: "checkout->payments", edge: { from: "checkout", to: "payments" }, isTcp: false, kind: "edge" },
  { what: "a TCP edge", at: "checkout->ledger", edge: { from: "checkout", to: "ledger" }, isTcp: true, kind: "edge" },
  { what: "a service", at: "payments", edge: { from: "checkout", to: "payments" }, isTcp: false, kind: "service" },
  {
    ...{ what: "a service behind TCP", at: "ledger", edge: { from: "checkout", to: "ledger" } },
    ...{ isTcp: true, kind: "service" },
  },
  // No edge leads to the callers of this service: the struck edge is watched itself.
  {
    ...{ what: "a service at the entrance", at: "gateway", edge: { from: "shoppers", to: "gateway" } },
    ...{ isTcp: false, kind: "service" },
  },
] as const;
/** An edge has each button on every change; the soak tries each on a service too, where only the edge differs. */
const buttonsOf = (kind: (typeof TARGETS)[number]["kind"]): readonly Button[] =>
  kind === "edge" ? BUTTONS : often<readonly Button[]>(["Slow"], BUTTONS);
interface Planned {
  readonly experiment: { readonly spec: { readonly faults: readonly { readonly edge: unknown }[] } };
}
const breakThis = (page: Page) => page.getByRole("navigation", { name: /^Break / });
const editorOf = (page: Page) => page.getByRole("textbox", { name: /The experiment, in YAML/ });

describeInBrowser("the buttons to break an edge", { timeout: 120_000 }, () => {
  describe.each(TARGETS)("of $what, $at", ({ at, edge, isTcp, kind }) => {
    it("open the editor with an experiment that the server checks and plans without a word", () =>
      onDashboard(async (page) => {
        for (const button of buttonsOf(kind)) {
          await page.goto(`${shop.url}/#/mesh?at=${encodeURIComponent(at)}`);
          await breakThis(page).getByRole("link", { name: button, exact: true }).click();
          await editorOf(page).waitFor();
          const problems = page.getByRole("region", { name: "Problems" });
          await problems.getByText("Valid: nothing is wrong with it").waitFor();
          const planned = page.waitForResponse((response) => response.url().endsWith("/api/v1/plan"));
          await page.getByRole("tab", { name: "Dry run" }).click();
          const answer = await planned;
          expect(answer.status(), `${at}: ${button}: ${await answer.text()}`).toBe(200);
          const { experiment } = answer.request().postDataJSON() as Planned;
          expect(experiment.spec.faults, button).toHaveLength(1);
          expect(experiment.spec.faults[0], button).toMatchObject({ edge, ...FAULTS[button][isTcp ? 1 : 0] });
          await page.getByRole("table", { name: "Faults" }).getByText(`${edge.from} → ${edge.to}`).waitFor();
          await page.getByRole("button", { name: "Save…" }).click();
          await page.getByRole("dialog").getByText("is new to this server").waitFor();
          await page.keyboard.press("Escape");
          expect(await page.getByRole("button", { name: "Start…" }).isEnabled()).toBe(true);
        }
      }));
  });

  it("are left by Back to the same panel, view and place of the page", () =>
    onDashboard(async (page) => {
      await page.setViewportSize({ width: 1440, height: 420 });
      for (const address of ["mesh?at=payments&group=-", "mesh?view=list&at=checkout-%3Eledger"]) {
        await page.goto(`${shop.url}/#/${address}`);
        await breakThis(page).getByRole("link", { name: "Flaky" }).waitFor();
        await page.evaluate(() => window.scrollTo(0, 120));
        await page.waitForFunction(() => window.scrollY === 120);
        const left = page.url();
        // A press, since a click would first scroll the button into sight.
        await breakThis(page)
          .getByRole("link", { name: "Flaky" })
          .evaluate((link: HTMLElement) => link.click());
        await editorOf(page).waitFor();
        await page.goBack();
        await breakThis(page).getByRole("link", { name: "Flaky" }).waitFor();
        expect(page.url()).toBe(left);
        await page.waitForFunction(() => window.scrollY === 120);
      }
    }));

  it("lead to a text that is kept under way, and that a closing tab asks for once it was changed", () =>
    onDashboard(async (page) => {
      const asks = async () => {
        let asked = false;
        page.once("dialog", (dialog) => {
          asked = dialog.type() === "beforeunload";
          dialog.dismiss().catch(() => {});
        });
        await page.evaluate(() => window.location.reload());
        await page.waitForTimeout(1_000);
        page.removeAllListeners("dialog");
        return asked;
      };
      await page.goto(`${shop.url}/#/mesh?at=payments`);
      await breakThis(page).getByRole("link", { name: "Slow" }).click();
      await editorOf(page).click();
      await page.keyboard.press("Control+Home");
      await page.keyboard.type("# mine");
      await page
        .getByText("Unsaved changes, kept in this tab")
        .or(page.getByText(/Unsaved changes/))
        .first()
        .waitFor();
      expect(await asks()).toBe(true);
      await page.goBack();
      await breakThis(page).getByRole("link", { name: "Failing" }).click();
      await editorOf(page).getByText("abort").waitFor();
      // Each fault has a text of its own; the draft that was written stays with its fault.
      expect(await editorOf(page).innerText()).not.toContain("# mine");
      expect(await asks()).toBe(false);
      await page.goto(`${shop.url}/#/mesh?at=payments`);
      await breakThis(page).getByRole("link", { name: "Slow" }).click();
      await editorOf(page).getByText("# mine").waitFor();

      await page.goto(`${shop.url}/#/schedules?new=1`);
      await page.getByLabel("Name of the schedule").waitFor();
      expect(await asks()).toBe(false);
      await page.getByLabel("Name of the schedule").fill("nightly");
      expect(await asks()).toBe(true);
    }));
});
