/**
 * The mesh page with 300 services, a live fault and a leak, in a real browser, behind the synthetic API of the bench.
 */
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { meshOf, strikeOf } from "../bench/dashboard-mesh.ts";
import { serveMadeUp } from "../bench/dashboard-server.ts";
import { overhangOf, violationsOf } from "./axe.ts";
import { smallestLetters } from "./letters.ts";
import { overlapsOf } from "./overlaps.ts";
import { describeInBrowser, launch, signIn, withPage } from "./stage.ts";

const MESH = meshOf(300, 1_200);
const STRUCK = strikeOf(MESH).edge;
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let served: Awaited<ReturnType<typeof serveMadeUp>>;
beforeAll(async () => {
  [browser, served] = await Promise.all([launch(), serveMadeUp(MESH)]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});
const onMesh = (query: string, viewport: typeof WIDE, use: (page: Page) => Promise<void>): Promise<void> =>
  withPage(
    browser,
    async (page) => {
      await signIn(page, served.url, "any will do");
      await page.goto(`${served.url}/#/mesh${query}`);
      await page.locator(".react-flow__node, .mesh-list").first().waitFor();
      await use(page);
    },
    { viewport },
  );
const bolt = (page: Page) => page.getByRole("button", { name: /^Fault on / });

describeInBrowser("a mesh of 300 services", { timeout: 120_000 }, () => {
  it("says on the bolt what is done; pressed, it opens a panel over the picture that begins with the fault", () =>
    onMesh("", WIDE, async (page) => {
      expect(await bolt(page).innerText()).toMatch(/^Fault on \S+ → \S+:\s\+2 s on 100%/);
      const stage = page.getByRole("region", { name: "Graph of the mesh" });
      const before = await stage.boundingBox();
      await bolt(page).click();
      const panel = page.getByRole("complementary", { name: `Selected: ${STRUCK.from} → ${STRUCK.to}` });
      expect(await panel.getByRole("heading", { level: 3 }).first().innerText()).toBe("The fault");
      expect(await stage.boundingBox()).toEqual(before);
      const [box, covered] = [(await panel.boundingBox())!, (await bolt(page).boundingBox())!];
      expect(covered.x + covered.width).toBeLessThanOrEqual(box.x);
    }));

  it("uses the height of the screen, and writes nothing smaller than 10 px", () =>
    onMesh("", WIDE, async (page) => {
      const { y, height } = (await page.getByRole("region", { name: "Graph of the mesh" }).boundingBox())!;
      expect(y + height).toBeGreaterThan(WIDE.height - 80);
      for (let further = 0; further < 6; further++) {
        expect(await smallestLetters(page), `${further} times further away`).toEqual([]);
        await page.getByRole("button", { name: "Further" }).click();
        await page.waitForTimeout(300);
      }
    }));

  it("tells a leak without moving anything: who, the rule that is broken, in the title and the sign of the tab", () =>
    onMesh("", WIDE, async (page) => {
      const leaks = page.getByRole("region", { name: "Damage has left the declared radius" });
      await leaks.getByText(/^\S+ is not declared, but fails$/).waitFor();
      expect(await page.title()).toMatch(/^LEAK: \S+: Mesh made-up-300 · Squall$/);
      expect(await page.locator('link[rel="icon"]').getAttribute("href")).toContain("b3231c");
      const said = page.getByRole("alert").filter({ hasText: "Leak:" });
      const words = await said.textContent();
      await said.evaluate((alert) => {
        (globalThis as { heard?: number }).heard = 0;
        new MutationObserver(() => ((globalThis as { heard?: number }).heard! += 1)).observe(alert, {
          ...{ childList: true, characterData: true, subtree: true },
        });
      });
      const top = await page.getByRole("region", { name: "Graph of the mesh" }).boundingBox();
      await page.waitForTimeout(3_000);
      // Figures changed three times, but the set of leaking services did not.
      expect(await page.evaluate(() => (globalThis as { heard?: number }).heard)).toBe(0);
      expect(await said.textContent()).toBe(words);
      expect(await page.getByRole("region", { name: "Graph of the mesh" }).boundingBox()).toEqual(top);
      await page.getByRole("link", { name: "Agents" }).click();
      await page.waitForFunction(() => document.title.startsWith("LEAK: "));
    }));

  it("lays no name over another with one group open", () =>
    onMesh("?group=team&open=payments", WIDE, async (page) => {
      await page.getByRole("button", { name: "Close group payments" }).waitFor();
      expect(await overlapsOf(page)).toEqual([]);
      for (let nearer = 0; nearer < 5; nearer++) {
        await page.getByRole("button", { name: "Nearer" }).click();
        await page.waitForTimeout(200);
        expect(await overlapsOf(page), `${nearer + 1} times nearer`).toEqual([]);
      }
    }));

  it("lists on a telephone leaking, damaged and struck services first, as cards that are not cut, narrowed by what is typed", () =>
    onMesh("", PHONE, async (page) => {
      const services = page.getByRole("region", { name: "Services" }).getByRole("row");
      await services.nth(0).getByText("LEAK").waitFor();
      const words = await Promise.all([0, 1, 2, 3].map((i) => services.nth(i).innerText()));
      expect(words.map((text) => /failing|slow|struck|contained|healthy/.exec(text)?.[0])).toEqual([
        ...["failing", "slow", "struck", "contained"],
      ]);
      const edge = page.getByRole("region", { name: "Edges" }).getByRole("row").first();
      expect(await edge.innerText()).toContain("+2 s on 100%");
      for (const box of [await services.first().boundingBox(), await edge.boundingBox()])
        expect(box!.x + box!.width).toBeLessThanOrEqual(PHONE.width);
      await page.getByLabel("Find a service").fill("fraud-edge");
      await page.waitForFunction(
        () => document.querySelectorAll(".mesh-list section:first-child tbody tr").length === 1,
      );
      expect(await services.first().innerText()).toContain("fraud-edge");
    }));

  it("comes to its end with few presses of Tab, and goes from service to service by arrow keys", () =>
    onMesh("?group=-", WIDE, async (page) => {
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-id") ?? null);
      await page.getByRole("button", { name: "List" }).focus();
      const stops: (string | null)[] = [];
      while ((await page.evaluate(() => document.activeElement?.tagName)) !== "SUMMARY" && stops.length < 40) {
        await page.keyboard.press("Tab");
        stops.push(await focused());
      }
      // Tab stops: the services, the bolt, two buttons to zoom, a link, and the legend after them.
      expect(stops.length).toBeLessThan(12);
      const first = stops.find((id) => id !== null)!;
      await page.locator(`.react-flow__node[data-id="${first}"]`).focus();
      await page.keyboard.press("ArrowRight");
      const next = await focused();
      expect(next).not.toBe(first);
      await page.keyboard.press("Enter");
      await page.getByRole("complementary", { name: `Selected: ${next}` }).waitFor();
    }));

  it("shows what is chosen where the system chooses the colours", () =>
    onMesh("", WIDE, async (page) => {
      await page.emulateMedia({ forcedColors: "active" });
      const colourOf = (name: string) =>
        page.getByRole("button", { name, exact: true }).evaluate((button) => getComputedStyle(button).backgroundColor);
      expect(await colourOf("Graph")).not.toBe(await colourOf("List"));
      const pages = page.getByRole("navigation", { name: "Pages" });
      const groundOf = (name: string) =>
        pages.getByRole("link", { name, exact: true }).evaluate((link) => getComputedStyle(link).backgroundColor);
      expect(await groundOf("Mesh")).not.toBe(await groundOf("Runs"));
      await bolt(page).click();
      const outlines = await page
        .locator(".react-flow__node > .service, .react-flow__node > .group")
        .evaluateAll((all) =>
          all.map((one) => [one.classList.contains("selected"), getComputedStyle(one).outlineStyle]),
        );
      // An edge is selected: no service looks chosen.
      expect(outlines.filter(([isSelected]) => isSelected)).toEqual([]);
      await page.goto(`${served.url}/#/mesh?group=-&at=${STRUCK.from}`);
      const chosen = page.locator(".service.selected");
      await chosen.waitFor();
      expect(await chosen.evaluate((one) => getComputedStyle(one).outlineStyle)).toBe("solid");
    }));

  it("has no serious fault that axe knows of, and is no wider than a telephone", () =>
    onMesh("", PHONE, async (page) => {
      expect(await overhangOf(page)).toBe(0);
      expect(await violationsOf(page)).toEqual([]);
      await page.setViewportSize(WIDE);
      await bolt(page).click();
      await page.getByRole("heading", { name: "The fault" }).waitFor();
      expect(await violationsOf(page)).toEqual([]);
    }));
});
