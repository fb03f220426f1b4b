/** Stored documents on the dashboard: saved without overwriting what others saved, and listed whole. */
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask, experimentOf, type Ground, openGround, TOKEN } from "../serve/ground.ts";
import { describeInBrowser, goTo, launch, signIn, withPage } from "./stage.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const onGround = async (use: (page: Page, ground: Ground, url: string) => Promise<void>) => {
  const ground = await openGround();
  try {
    const { url } = await ground.serve("server");
    await withPage(browser, async (page) => {
      await signIn(page, url, TOKEN);
      await use(page, ground, url);
    });
  } finally {
    await ground.close();
  }
};
const pathOf = (kind: string, name: string) => `/api/v1/documents/${kind}/${name}`;
const put = async (url: string, kind: string, name: string, body: unknown) => {
  const { status } = await ask(url, pathOf(kind, name), { method: "PUT", body });
  expect(status, name).toBeLessThan(300);
};
const described = (ground: Ground, name: string, description: string) => {
  const experiment = experimentOf(ground, { name });
  return { ...experiment, spec: { ...experiment.spec, description } };
};
const descriptionOf = async (url: string, name: string) => {
  const { body } = await ask(url, pathOf("Experiment", name));
  return (body as { content: { spec: { description: string } } }).content.spec.description;
};

describeInBrowser.concurrent("stored documents", { timeout: 120_000 }, () => {
  it("are not overwritten by a new one of the same name that another user saved during the preview", () =>
    onGround(async (page, ground, url) => {
      await page.goto(`${url}/#/experiments/new`);
      await page.getByRole("textbox", { name: /The experiment, in YAML/ }).click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(JSON.stringify(described(ground, "fresh", "mine")));
      await page.getByRole("button", { name: "Save…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("is new to this server").waitFor();

      await put(url, "Experiment", "fresh", described(ground, "fresh", "theirs"));
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await dialog.getByText(/Somebody saved it after you began, and nothing was overwritten/).waitFor();
      expect(await descriptionOf(url, "fresh")).toBe("theirs");

      // The next preview is of the difference to the other's version, and the save replaces that version.
      await dialog.getByRole("button", { name: "Show the differences" }).click();
      await dialog.getByText("There is one of this name already.").waitFor();
      await dialog.getByText("theirs").waitFor();
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "fresh" }).waitFor();
      expect(await descriptionOf(url, "fresh")).toBe("mine");
    }));

  it("of a namespace have pages of their own, beside those of the same name", () =>
    onGround(async (page, ground, url) => {
      const inShop = described(ground, "twin", "of shop");
      await put(url, "Experiment", "twin", described(ground, "twin", "of default"));
      await put(url, "Experiment", "twin?namespace=shop", {
        ...inShop,
        metadata: { ...inShop.metadata, namespace: "shop" },
      });
      await goTo(page, "Experiments");
      const links = page.locator(".experiments tbody th a");
      await links.nth(1).waitFor();
      expect(await links.allInnerTexts()).toEqual(["shop/twin", "twin"]);
      await page.getByRole("link", { name: "shop/twin", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "shop/twin" }).waitFor();
      expect(new URL(page.url()).hash).toBe("#/experiments/shop%2Ftwin");
      await page.reload();
      await page.getByRole("heading", { level: 1, name: "shop/twin" }).waitFor();

      await page.getByRole("link", { name: "Schedule…" }).click();
      const name = page.getByLabel("Name of the schedule");
      expect(await name.inputValue()).toBe("shop/twin-again");
      await page.getByRole("button", { name: "Save…" }).click();
      const dialog = page.getByRole("dialog", { name: "Save shop/twin-again?" });
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("shop/twin-again").first().waitFor();
      const stored = await ask(url, "/api/v1/documents/Schedule/twin-again?namespace=shop");
      expect(stored.body).toMatchObject({ name: "shop/twin-again", content: { spec: { experiment: "shop/twin" } } });
    }));

  it("are created anew after they were deleted during the preview", () =>
    onGround(async (page, ground, url) => {
      await put(url, "Experiment", "gone", described(ground, "gone", "first"));
      expect((await ask(url, pathOf("Experiment", "gone"), { method: "DELETE" })).status).toBeLessThan(300);
      await page.goto(`${url}/#/experiments/new`);
      await page.getByRole("textbox", { name: /The experiment, in YAML/ }).click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(JSON.stringify(described(ground, "gone", "again")));
      await page.getByRole("button", { name: "Save…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("is new to this server").waitFor();
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "gone" }).waitFor();
      expect(await descriptionOf(url, "gone")).toBe("again");
    }));

  it("are listed and found all, where there are more than a page of the API holds", () =>
    onGround(async (page, ground, url) => {
      const names = Array.from({ length: 250 }, (_, i) => `experiment-${String(i).padStart(3, "0")}`);
      for (const name of names) await put(url, "Experiment", name, described(ground, name, `number ${name}`));
      await goTo(page, "Experiments");
      const rows = page.locator(".experiments tbody tr");
      await rows.nth(249).waitFor();
      expect(await rows.locator("th a").allInnerTexts()).toEqual(names);
      await page.getByLabel("Find an experiment").fill("number experiment-249");
      await page.getByText("1 of 250").waitFor();
      await rows.getByRole("link", { name: "experiment-249", exact: true }).waitFor();
      // A schedule can be written for an experiment beyond the first page, too.
      await page.goto(`${url}/#/schedules?new=1`);
      await page.locator('datalist option[value="experiment-249"]').waitFor({ state: "attached" });
    }));
});
