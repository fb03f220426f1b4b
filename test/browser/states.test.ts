/**
 * States of services and edges on every page while three edges of a shop are struck: a word has a single colour, a
 * struck callee is never called healthy, and no word is milder than the figure beside it.
 */
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { Api } from "../../server/contract/index.ts";
import { often } from "../soak.ts";
import { overhangOf, violationsOf } from "./axe.ts";
import { cutStatesOf } from "./overlaps.ts";
import { openShop } from "./shop.ts";
import { describeInBrowser, eventually, launch, runsOf, signIn, withPage } from "./stage.ts";
import { addWords, motleyOf, type Palette, stateWordsOf, WORDS } from "./state-words.ts";
import { STORM } from "./storm.ts";

const STRUCK = ["ledger", "payments", "inventory"];
const SERVICES = ["shoppers", "gateway", "catalog", "checkout", ...STRUCK];
const EDGES = ["checkout->ledger", "catalog->inventory", "checkout->payments", "gateway->checkout"];
/** Words that say of a service that callers get what they ask for. */
const CALM = ["healthy", "contained", "no traffic", "not watched"];

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  [browser, shop] = await Promise.all([launch(), openShop()]);
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});

const startStorm = async (during: string): Promise<string> => {
  const body = { experiment: parse(STORM(during)), attached: false };
  return (await shop.ask<{ id: string }>("/runs", { method: "POST", body })).id;
};
const finished = (run: string) =>
  eventually(
    async () => (await runsOf(shop)).find(({ id, state }) => id === run && state === "finished") ?? null,
    60_000,
  );
const leaks = () =>
  eventually(async () => {
    const { radii } = await shop.ask<Api["GET /api/v1/traffic"]["reply"]>("/traffic");
    return radii.some(({ services }) => services.some(({ leak }) => leak)) || null;
    // Seconds in which an agent stands still, as on a machine that is busy elsewhere, prove no leak.
  }, 180_000);

/** Opens a page of the dashboard, and waits until the data are there. */
const open = async (page: Page, hash: string, ready: string) => {
  await page.goto(`${shop.url}/#/${hash}`);
  await page.locator(ready).first().waitFor();
  // The graph moves into its place first.
  await page.waitForTimeout(700);
};
interface Row {
  readonly name: string;
  readonly word: string;
  /** Percent; null: nothing passed. */
  readonly errors: number | null;
}
const rowsOf = (page: Page): Promise<readonly Row[]> =>
  page.locator(".mesh-list tbody tr").evaluateAll((rows) =>
    rows.map((row) => {
      const errors = Number.parseFloat(row.querySelector('[data-word="Errors"]')?.textContent ?? "");
      return {
        name: row.querySelector("th")?.textContent ?? "",
        word: row.querySelector(".health:not(.fault, .leak)")?.textContent ?? "",
        errors: Number.isNaN(errors) ? null : errors,
      };
    }),
  );
/** Rows whose word is milder than their figure. */
const mildOf = (rows: readonly Row[]) =>
  rows.filter(
    ({ word, errors }) => errors !== null && errors >= 1 && !["failing", "unreachable", "struck"].includes(word),
  );
const isStruck = async (page: Page, word: (service: string) => Promise<string | null>) => {
  for (const service of STRUCK) {
    const said = await word(service);
    expect(CALM, `${service} at ${page.url()}`).not.toContain(said?.trim());
  }
};

describeInBrowser("states of services and edges", { timeout: 480_000 }, () => {
  it("have one colour for one word on every page and in the report, by day and by night", async () => {
    const before = await startStorm("10s");
    await finished(before);
    const run = await startStorm("290s");
    await leaks();
    const palettes = { light: new Map() as Palette, dark: new Map() as Palette };
    const themes = often<readonly ("light" | "dark")[]>(["light"], ["light", "dark"]);
    const wide = { viewport: { width: 1440, height: 900 } };
    const see = async (page: Page, theme: (typeof themes)[number], place: string) =>
      addWords(palettes[theme], await stateWordsOf(page), place);

    for (const theme of themes)
      await withPage(
        browser,
        async (page) => {
          await signIn(page, shop.url, shop.token);
          await open(page, "mesh?group=-", ".service.struck");
          await page.getByText("Legend", { exact: true }).click();
          await see(page, theme, "mesh");
          expect(await cutStatesOf(page)).toEqual([]);
          await isStruck(page, (service) =>
            page.locator(`.react-flow__node[data-id="${service}"] .word strong`).textContent(),
          );
          await open(page, "mesh?group=tier", ".group");
          await see(page, theme, "groups");
          expect(await violationsOf(page), "groups").toEqual([]);
          await open(page, "mesh?view=list", ".mesh-list tbody tr");
          await page.locator(".mesh-list .health.struck").first().waitFor();
          for (let second = 0; second < 3; second++) {
            const rows = await rowsOf(page);
            expect(rows.length).toBe(14);
            expect(mildOf(rows)).toEqual([]);
            await isStruck(page, async (service) => rows.find(({ name }) => name === service)!.word);
            await page.waitForTimeout(1_000);
          }
          await see(page, theme, "list");
          for (const at of [...SERVICES, ...EDGES]) {
            await page.goto(`${shop.url}/#/mesh?at=${encodeURIComponent(at)}&group=-`);
            await page.getByRole("complementary", { name: `Selected: ${at.replace("->", " → ")}` }).waitFor();
            await page.waitForTimeout(200);
            await see(page, theme, `panel of ${at}`);
          }
          await isStruck(page, async (service) => {
            await page.goto(`${shop.url}/#/mesh?at=${service}&group=-`);
            const panel = page.getByRole("complementary", { name: `Selected: ${service}` });
            return panel.locator(".health").first().textContent();
          });
          await open(page, `runs/${run}`, ".moment-words .health");
          await see(page, theme, "run under way");
          expect(await cutStatesOf(page)).toEqual([]);
          expect(await violationsOf(page), "run under way").toEqual([]);
        },
        { ...wide, colorScheme: theme },
      );

    const struckMs = (await shop.ask<{ spans: { during: { fromMs: number } } }>(`/runs/${run}`)).spans.during.fromMs;
    await shop.ask(`/runs/${run}/halt`, { method: "POST", body: { reason: "seen" } });
    await finished(run);
    const report = await fetch(`${shop.url}/api/v1/runs/${run}/report?format=html`, {
      headers: { authorization: `Bearer ${shop.token}` },
    });
    const html = await report.text();

    for (const theme of themes)
      await withPage(
        browser,
        async (page) => {
          await signIn(page, shop.url, shop.token);
          await open(page, `runs/${run}?at=${Math.round(struckMs) + 8_000}`, ".moment-words .health");
          await see(page, theme, "run at a moment");
          await isStruck(page, (service) =>
            page.locator(`.moment-words li:has(strong:text-is("${service}")) .health`).textContent(),
          );
          await open(page, `runs/${run}?compare=${before}`, ".compare caption:has-text('Affected services')");
          await see(page, theme, "run, compared");
          expect(await violationsOf(page), "run, compared").toEqual([]);
          await page.setViewportSize({ width: 390, height: 844 });
          expect(await overhangOf(page), "run, compared, narrow").toBe(0);
          await open(page, "runs", ".rows .row");
          await see(page, theme, "runs");
        },
        { ...wide, colorScheme: theme },
      );
    for (const theme of themes)
      await withPage(
        browser,
        async (page) => {
          await page.setContent(html);
          await see(page, theme, "report");
          await isStruck(page, (service) =>
            page.locator(`.picture.wide .service:has(.name:text-is("${service}")) .state`).textContent(),
          );
          expect(await violationsOf(page), "report").toEqual([]);
        },
        { ...wide, colorScheme: theme },
      );

    for (const theme of themes) {
      const places = (word: string) =>
        new Set(
          [...(palettes[theme].get(word)?.values() ?? [])].flatMap((all) => [...all].map((at) => at.split(":")[0])),
        );
      for (const word of WORDS.filter((word) => word !== "LEAK")) expect(places(word), word).toContain("mesh");
      for (const place of ["mesh", "groups", "list", "panel of gateway", "run at a moment", "run, compared", "report"])
        expect([...places("failing"), ...places("unreachable")], place).toContain(place);
      for (const place of ["mesh", "list", "run at a moment", "run, compared", "report"])
        expect(places("LEAK"), "LEAK").toContain(place);
      for (const place of ["mesh", "list", "run at a moment", "run, compared", "report"])
        expect(places("contained"), "contained").toContain(place);
      expect(motleyOf(palettes[theme]), theme).toEqual([]);
    }
    // Pages of both themes were seen.
    expect(palettes.light.get("failing")).not.toEqual(palettes.dark.get("failing"));
  });
});
