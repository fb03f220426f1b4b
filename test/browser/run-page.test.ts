/**
 * The page of a run that a user halted, on a screen of 1440×900: the first view, the charts, and links to a moment and
 * to the time of the run.
 */
import type { Browser, Locator, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { sayRoundedDuration } from "../../experiments/model/units/duration.ts";
import { LEFT, RIGHT } from "../../web/run/scale.ts";
import { violationsOf } from "./axe.ts";
import { overlapsOf } from "./overlaps.ts";
import { lasting, openShop } from "./shop.ts";
import { complaintsOf, describeInBrowser, eventually, launch, signIn, withPage } from "./stage.ts";

const SLOW = "checkout-survives-slow-payments";
const HEIGHT = 900;
const WHY = "the tills are ringing";

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
/** Run that the token `night-shift` halted twelve seconds into `during`. */
let run: string;
let appliedMs: number;
let records: readonly JournalRecord[];
const reportOf = () => shop.ask<RunReport>(`/runs/${run}`);
beforeAll(async () => {
  [browser, shop] = await Promise.all([launch(), openShop()]);
  const body = { experiment: parse(lasting(shop.text(SLOW))), attached: false };
  run = (await shop.ask<{ id: string }>("/runs", { method: "POST", body })).id;
  await eventually(async () => {
    const { spans, durationMs } = await reportOf();
    return (spans.during !== undefined && durationMs - spans.during.fromMs > 12_000) || null;
  }, 60_000);
  const who = { method: "POST", body: { name: "night-shift", role: "operator" } };
  const { token } = await shop.ask<{ token: string }>("/tokens", who);
  await fetch(`${shop.url}/api/v1/runs/${run}/halt`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ reason: WHY }),
  });
  await eventually(async () => ((await reportOf()).state === "finished" ? true : null), 60_000);
  records = (await shop.ask<{ records: JournalRecord[] }>(`/runs/${run}/journal`)).records;
  appliedMs = records.flatMap(({ entry }) =>
    entry.kind === "event" && entry.event.type === "applied" ? [entry.event.atMs] : [],
  )[0]!;
}, 240_000);
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
    { viewport: { width: 1440, height: HEIGHT } },
  );
const openRun = async (page: Page, query = "") => {
  await page.goto(`${shop.url}/#/runs/${run}${query}`);
  await page.locator(".run-mesh .react-flow__node").first().waitFor();
  // The picture moves into its place first.
  await page.waitForTimeout(700);
};
const verdict = (page: Page) => page.getByRole("region", { name: "Verdict" });
const timeline = (page: Page) => page.getByRole("region", { name: "Timeline" });
const slider = (page: Page) => page.getByRole("slider", { name: "Moment of the run" });
const wordsAt = (page: Page) => page.getByRole("list", { name: /^How the mesh stands at / });
/** Everything that the page shows of a moment, as text. */
const momentOn = async (page: Page) => ({
  slider: await slider(page).inputValue(),
  clock: await timeline(page).locator(".play .now").innerText(),
  wall: await timeline(page).locator(".play time").getAttribute("datetime"),
  mesh: (await wordsAt(page).allInnerTexts()).join("; "),
  caption: await page.locator(".run-mesh figcaption").innerText(),
  latency: await page.getByRole("region", { name: "Latency by phase" }).innerText(),
});

describeInBrowser("the page of a run", { timeout: 180_000 }, () => {
  it("shows above the fold the edge and the size of the fault, latencies against the limit, the clocks, phases as bands, and the mesh", () =>
    onDashboard(async (page) => {
      await openRun(page);
      const isAboveTheFold = async (what: string, locator: Locator) => {
        await locator.first().waitFor();
        const { y, height } = (await locator.first().boundingBox())!;
        expect(y, what).toBeGreaterThanOrEqual(0);
        expect(y + height, what).toBeLessThanOrEqual(HEIGHT);
      };
      await isAboveTheFold("size of the fault", verdict(page).getByText("+2 s ±200 ms on 100%"));
      await isAboveTheFold("edge of the fault", verdict(page).getByRole("link", { name: "checkout → payments" }));
      const latency = page.getByRole("region", { name: "Latency by phase" });
      const { withinMs } = (await reportOf()).expectations[0]!.latency!;
      const limit = new RegExp(`^p99 [\\d.]+ m?s of ${sayRoundedDuration(withinMs!)}$`);
      for (const phase of ["baseline", "during"]) {
        const row = latency.getByRole("row", { name: new RegExp(`^${phase}`) });
        await isAboveTheFold(`latency ${phase}`, row.getByText(limit));
        await isAboveTheFold(`chart ${phase}`, row.locator(`svg.latency-bar.${phase}`));
        expect(await row.locator(`svg.latency-bar.${phase} .limit`).count()).toBe(1);
      }
      await isAboveTheFold("slider", slider(page));
      await isAboveTheFold("run time", timeline(page).locator(".play .now"));
      await isAboveTheFold("wall clock", timeline(page).locator(".play time"));
      for (const phase of ["baseline", "during"])
        await isAboveTheFold(`band ${phase}`, timeline(page).locator(`.phases .phase.${phase} .whole`));
      await isAboveTheFold("mesh", page.getByRole("region", { name: "Graph of the mesh" }));
    }));

  it("has the word of an edge beside the figures of that edge, and not on them", () =>
    onDashboard(async (page) => {
      await openRun(page);
      await slider(page).fill(String(appliedMs + 6_000));
      const mesh = page.locator(".run-mesh");
      await mesh.locator(".fault-mark").waitFor();
      const nearer = mesh.getByRole("button", { name: "Nearer" });
      while ((await mesh.locator(".numbers").count()) === 0) await nearer.click();
      await page.waitForTimeout(700);
      expect(await mesh.locator(".edge-word").count()).toBeGreaterThan(0);
      expect(await overlapsOf(page)).toEqual([]);
    }));

  it("draws the mesh of the slider's moment, with the wall clock of that moment beside the run time", () =>
    onDashboard(async (page) => {
      await openRun(page);
      const payments = page.locator('.react-flow__node[data-id="payments"] .service');
      const wallAt = (ms: number) => {
        const last = records.findLast(({ entry }) => entry.kind === "event" && entry.event.atMs <= ms)!;
        return last.wallMs + ms - (last.entry.kind === "event" ? last.entry.event.atMs : 0);
      };
      for (const [ms, look] of [
        // A journal knows the traffic of an edge from the end of the baseline on.
        [appliedMs - 1_500, /^(?!.*struck)/],
        [appliedMs + 6_000, /struck/],
      ] as const) {
        await slider(page).fill(String(ms));
        await page.locator(".run-mesh figcaption", { hasText: /^The mesh at \+/ }).waitFor();
        await eventually(async () => (look.test((await payments.getAttribute("class"))!) ? true : null));
        const { slider: at, clock, wall } = await momentOn(page);
        expect(clock).toContain(`+${(Number(at) / 1_000).toFixed(1)} s of`);
        expect(Math.abs(Date.parse(wall!) - wallAt(Number(at)))).toBeLessThan(1_000);
      }
    }));

  it("breaks the lines of its charts where a phase ends", () =>
    onDashboard(async (page) => {
      await openRun(page);
      const { expectations } = await reportOf();
      const seconds = expectations[0]!.timeline.toSorted((a, b) => a.fromMs - b.fromMs);
      const endMs = Number(await slider(page).getAttribute("max"));
      /** Columns between the points of two neighbouring seconds in which the line is drawn, of all columns there. */
      const drawn = (i: number) =>
        page
          .locator(".chart canvas")
          .first()
          .evaluate(
            (canvas: HTMLCanvasElement, { fromMs, toMs, endMs, left, right }) => {
              const ratio = canvas.width / canvas.clientWidth;
              const x = (ms: number) => (left + ((canvas.clientWidth - right - left) * ms) / endMs) * ratio;
              // The points themselves are dots in the colour of the line.
              const [from, to] = [Math.ceil(x(fromMs) + 5 * ratio), Math.floor(x(toMs) - 5 * ratio)];
              // A copy, since the browser complains of a drawn canvas that is read often.
              const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
              Object.assign(copy.canvas, { width: canvas.width, height: canvas.height });
              copy.drawImage(canvas, 0, 0);
              const { data, width, height } = copy.getImageData(from, 0, Math.max(1, to - from), canvas.height);
              let columns = 0;
              for (let column = 0; column < width; column++)
                for (let row = 0; row < height; row++) {
                  const at = 4 * (row * width + column);
                  // The line alone is blue rather than grey.
                  if (data[at + 3] === 255 && data[at + 2]! - data[at]! > 60) {
                    columns++;
                    break;
                  }
                }
              return { columns, of: width };
            },
            {
              fromMs: (seconds[i]!.fromMs + seconds[i]!.toMs) / 2,
              toMs: (seconds[i + 1]!.fromMs + seconds[i + 1]!.toMs) / 2,
              ...{ endMs, left: LEFT, right: RIGHT },
            },
          );
      const pairs = seconds.slice(0, -1).map((second, i) => ({ i, breaks: second.phase !== seconds[i + 1]!.phase }));
      const border = pairs.find(({ breaks }) => breaks)!;
      expect(seconds[border.i]!.phase).toBe("baseline");
      const across = await drawn(border.i);
      expect(across.of).toBeGreaterThan(5);
      expect(across.columns).toBe(0);
      // Within a phase the line goes on.
      const within = await drawn(border.i - 2);
      expect(within.columns).toBeGreaterThan(0.8 * within.of);
    }));

  it("is linked with its moment: a link shows another user the same", () =>
    onDashboard(async (page) => {
      await openRun(page);
      await slider(page).fill(String(appliedMs + 5_000));
      await page.waitForFunction(() => /[?&]at=\d+/.test(window.location.hash));
      await wordsAt(page).getByText("struck").waitFor();
      await page
        .getByRole("status")
        .getByText(/^This is the run as it stood at \+/)
        .waitFor();
      const [seen, link] = [await momentOn(page), page.url()];
      await withPage(
        browser,
        async (other) => {
          await signIn(other, shop.url, shop.token);
          await other.goto(link);
          await other.locator(".run-mesh .react-flow__node").first().waitFor();
          await wordsAt(other).getByText("struck").waitFor();
          expect(await momentOn(other)).toEqual(seen);
          // An event leads to its moment, too, and Back is not needed to see the end.
          await other.getByRole("button", { name: "Show its end" }).click();
          await other.waitForFunction(() => !/[?&]at=/.test(window.location.hash));
        },
        { viewport: { width: 1440, height: HEIGHT } },
      );
    }));

  it("leads to the audit log and to the runs of its time, and to no others", () =>
    onDashboard(async (page) => {
      const later = { method: "POST", body: { reason: "another time" } };
      await shop.ask("/halt", later);
      await shop.ask("/release", { method: "POST", body: {} });
      const { startedAt, durationMs } = await reportOf();
      const endMs = Date.parse(startedAt) + durationMs;
      await openRun(page);
      const link = page.getByRole("link", { name: "Audit log of that time" });
      const query = new URLSearchParams((await link.getAttribute("href"))!.split("?")[1]);
      expect(query.get("since")).toBe(startedAt);
      expect(Math.abs(Date.parse(query.get("until")!) - endMs)).toBeLessThanOrEqual(1_000);
      await link.click();
      await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
      for (const word of ["Since", "Until"])
        expect(await page.getByLabel(word, { exact: true }).inputValue(), word).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d/);
      await page
        .getByRole("row", { name: /night-shift/ })
        .first()
        .waitFor();
      expect(await page.locator("main").innerText()).not.toContain("another time");
      await page.goBack();
      await page.getByRole("link", { name: "runs of that time" }).click();
      const runs = page.getByRole("list", { name: "Runs" }).getByRole("listitem");
      await runs.first().waitFor();
      expect(await runs.count()).toBe(1);
      await runs
        .first()
        .getByRole("link", { name: new RegExp(SLOW) })
        .waitFor();
    }));

  it("names in its events who halted the run, and why", () =>
    onDashboard(async (page) => {
      await openRun(page);
      const events = page.locator("section", { has: page.getByRole("heading", { name: "Events" }) });
      const halted = events.getByRole("listitem").filter({ hasText: /HALTED by night-shift: .*the tills are ringing/ });
      await halted.waitFor();
      // Run time and wall clock stand beside each other.
      expect(await halted.locator(".moment").innerText()).toMatch(/^\+/);
      await halted.locator("time").waitFor();
      await verdict(page).getByText("night-shift").or(verdict(page).getByText(WHY)).first().waitFor();
      await halted.getByRole("button").click();
      await page.waitForFunction(() => /[?&]at=\d+/.test(window.location.hash));
    }));

  it("is printed by day, with verdict, picture and chart, and without what is pressed", () =>
    onDashboard(async (page) => {
      await openRun(page);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize({ width: 720, height: 1_000 });
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("light");
      for (const shown of [verdict(page), page.locator(".run-mesh"), page.locator(".chart").first(), wordsAt(page)])
        expect(await shown.count()).toBeLessThanOrEqual(1);
      expect(await verdict(page).isVisible()).toBe(true);
      expect(await page.locator(".run-mesh .mesh-stage").isVisible()).toBe(true);
      const pressed = await page
        .locator("button:visible, select:visible, input:visible")
        .evaluateAll((all) => all.map((one) => one.textContent || one.getAttribute("aria-label")));
      // Moments of events and of bad samples are text on paper.
      expect(pressed.filter((text) => !/^\+/.test(text ?? "") && !/Fault on/.test(text ?? ""))).toEqual([]);
      expect(await violationsOf(page)).toEqual([]);
    }));
});
