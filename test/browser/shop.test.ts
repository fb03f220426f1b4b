/**
 * The dashboard of an open shop in a real browser: the user's view and actions while faults are injected into edges.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { ended, squall, start } from "../tiny.ts";
import { overhangOf, violationsOf } from "./axe.ts";
import { smallestLetters } from "./letters.ts";
import { cutStatesOf, overlapsOf } from "./overlaps.ts";
import { openShop } from "./shop.ts";
import { complaintsOf, describeInBrowser, eventually, goTo, launch, runsOf, signIn, withPage } from "./stage.ts";

const SLOW = "checkout-survives-slow-payments";
/** Makes the run long enough to be viewed, with limits that a machine busy elsewhere does not break. */
const lasting = (during: string) => (text: string) =>
  text
    .replace(
      /phases: .*/,
      `phases: { warmup: 500ms, baseline: 4s, during: ${during}, recovery: { within: 15s, hold: 4s } }`,
    )
    .replace("rate: 40/s", "every: 200ms")
    .replaceAll(/within: \d+ms/g, "within: 1500ms")
    .replaceAll("objective: 99%", "objective: 80%")
    .replace("jitter: 200ms }", "jitter: 200ms }\n      hits: { atLeast: 5 }")
    .replace("deadline: 1m", "deadline: 5m");

let browser: Browser;
let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => {
  [browser, shop] = await Promise.all([launch(), openShop()]);
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});

/** Opens the dashboard, signed in, and requires that the browser reports no error or warning. */
const onDashboard = (use: (page: Page) => Promise<void>, token = () => shop.token): Promise<void> =>
  withPage(
    browser,
    async (page) => {
      const complaints = complaintsOf(page);
      await signIn(page, shop.url, token());
      await use(page);
      expect(complaints).toEqual([]);
    },
    { viewport: { width: 1440, height: 900 } },
  );

/** Disabled buttons whose reason no visible text tells. Buttons that turn pages have nowhere to turn to. */
const unexplainedOf = (page: Page): Promise<readonly string[]> =>
  page.locator("button:disabled:visible").evaluateAll((buttons) =>
    buttons.flatMap((button) => {
      if (button.closest(".turn, .play") !== null) return [];
      const why = document.getElementById(button.getAttribute("aria-describedby") ?? "");
      const isShown = why?.checkVisibility() === true && why.closest(".visually-hidden") === null;
      const isTold = isShown && why.textContent?.trim() !== "";
      return isTold ? [] : [`${button.textContent} (${button.getAttribute("aria-describedby")})`];
    }),
  );
const nodeOf = (page: Page, service: string) => page.locator(`.react-flow__node[data-id="${service}"]`);
const idle = () =>
  eventually(async () => ((await runsOf(shop)).every(({ state }) => state === "finished") ? true : null));
const journalOf = async (run: string) =>
  (await shop.ask<{ records: JournalRecord[] }>(`/runs/${run}/journal`)).records.flatMap(({ entry, wallMs }) =>
    entry.kind === "event" ? [{ ...entry.event, wallMs }] : [],
  );
const newest = async () => (await runsOf(shop))[0]!;
describeInBrowser("the dashboard of a shop", { timeout: 120_000 }, () => {
  it("lets a ticket in once, and keeps it out of the address", () =>
    withPage(browser, async (page) => {
      const { ticket } = await shop.ask<{ ticket: string }>("/session/ticket", { method: "POST", body: {} });
      await page.goto(`${shop.url}/#/enter/${ticket}`);
      await page.getByRole("heading", { name: /^Mesh/ }).waitFor();
      expect(page.url()).not.toContain(ticket);
      await withPage(browser, async (second) => {
        await second.goto(`${shop.url}/#/enter/${ticket}`);
        await second.getByText("used already").waitFor();
        expect(second.url()).not.toContain(ticket);
      });
    }));

  it("shows every service, and what passes each edge", () =>
    onDashboard(async (page) => {
      for (const service of ["shoppers", "gateway", "catalog", "checkout", "payments", "inventory", "ledger"])
        await nodeOf(page, service).waitFor();
      await nodeOf(page, "gateway").getByText(/\d\/s/).waitFor();
      const before = await nodeOf(page, "gateway").boundingBox();
      await page.waitForTimeout(2_500);
      // Numbers change, but the picture does not move.
      expect(await nodeOf(page, "gateway").boundingBox()).toEqual(before);
    }));

  it("shows a run of the CLI by itself, its fault, whom it hurts, that they recover, and the verdict", () =>
    onDashboard(async (page) => {
      await nodeOf(page, "checkout").getByText(/\d\/s/).waitFor();
      const running = ended(
        start(shop.home, ["run", shop.experiment(SLOW, lasting("10s")), "--mesh", `${shop.home}/mesh.yaml`]),
      );
      const strip = page.getByRole("region", { name: "Runs under way" });
      await strip.getByRole("link", { name: SLOW }).waitFor();
      await page.locator(".fault-mark", { hasText: "+2 s ±200 ms on 100%" }).waitFor();
      const { id, state } = await newest();
      // The mark comes with the fault: the run injects still.
      expect(state).toBe("injecting");
      const struck = (await journalOf(id)).find(({ type }) => type === "applied")!;
      // Most calls to checkout fail by now, yet checkout is not the service to blame.
      await nodeOf(page, "payments").locator(".service.struck").getByText("struck", { exact: true }).waitFor();
      await nodeOf(page, "checkout").locator(".service.slow, .service.failing, .service.contained").waitFor();
      await page.locator(".fault-mark").waitFor({ state: "detached" });
      // Once the run is over, the mesh page no longer compares traffic with the run's baseline.
      await nodeOf(page, "checkout").locator(".service.healthy").waitFor();
      await goTo(page, "Runs");
      await page
        .getByRole("list", { name: "Runs" })
        .getByRole("link", { name: new RegExp(SLOW) })
        .first()
        .click();
      await page.getByRole("region", { name: "Verdict" }).getByText("HELD", { exact: true }).waitFor();
      expect((await running).code).toBe(0);
      // Above the fold: edge and size of the fault, latencies against the limit, and the mesh at the slider's moment.
      await page.getByRole("region", { name: "Verdict" }).getByText("+2 s ±200 ms on 100%").waitFor();
      await page
        .getByRole("region", { name: "Latency by phase" })
        .getByText(/^p99 [\d.]+ m?s of 1\.5 s$/)
        .first()
        .waitFor();
      await nodeOf(page, "payments").locator(".service.healthy").waitFor();
      await page.getByRole("slider", { name: "Moment of the run" }).fill(String(struck.atMs + 4_000));
      await nodeOf(page, "payments").locator(".service.struck").waitFor();
      const picture = page.getByRole("region", { name: "Graph of the mesh" });
      expect((await picture.boundingBox())!.y).toBeLessThan(700);
    }));

  it("says under the slider in words how each service and edge stood, in the picture and beside it, wide and narrow", () =>
    onDashboard(async (page) => {
      const { id } = await newest();
      const struck = (await journalOf(id)).find(({ type }) => type === "applied")!;
      await page.goto(`${shop.url}/#/runs/${id}`);
      const slider = page.getByRole("slider", { name: "Moment of the run" });
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 844 });
        await slider.fill(String(struck.atMs + 6_000));
        const words = page.getByRole("list", { name: /^How the mesh stands at / });
        await words.getByText(/^payments\s+struck$/).waitFor();
        await words.getByText(/^checkout → payments\s+\+2 s ±200 ms on 100%\s+(unreachable|failing)$/).waitFor();
        await words.getByText(/^checkout\s+contained \((timeout|fallback|nothing sent)\)$/).waitFor();
        await nodeOf(page, "payments").getByText("struck", { exact: true }).waitFor();
        await nodeOf(page, "checkout").getByText("contained", { exact: true }).waitFor();
        await page
          .locator(".fault-mark")
          .getByText(/^(unreachable|failing)$/)
          .waitFor();
        expect(await overlapsOf(page), `at ${width}`).toEqual([]);
        expect(await cutStatesOf(page), `at ${width}`).toEqual([]);
        expect(await smallestLetters(page), `at ${width}`).toEqual([]);
        expect(await overhangOf(page), `at ${width}`).toBe(0);
        await slider.fill("0");
        await page.getByText("No edge is struck, and no service is affected.").waitFor();
      }
    }));

  it("starts an experiment, and halts it: the agent attests that the fault is gone", () =>
    onDashboard(async (page) => {
      await idle();
      await shop.apply(lasting("60s")(shop.text(SLOW)));
      await goTo(page, "Experiments");
      await page.getByRole("button", { name: `Start ${SLOW}` }).click();
      await page
        .getByRole("dialog")
        .getByText(/latency on 100% of POST \/charge .*; checkout may fail, gateway and shoppers may be slow/)
        .waitFor();
      await page.getByRole("button", { name: "Start the run" }).click();
      await page.getByRole("heading", { name: SLOW }).waitFor();
      await goTo(page, "Mesh");
      await page.locator(".fault-mark", { hasText: "+2 s ±200 ms on 100%" }).waitFor();
      await page.getByRole("button", { name: "Halt all" }).click();
      await page
        .getByRole("dialog")
        .getByLabel(/Reason/)
        .fill("seen enough");
      await page.getByRole("dialog").getByRole("button", { name: "Halt all" }).click();
      await page.locator(".fault-mark").waitFor({ state: "detached" });
      const run = await eventually(async () => {
        const found = await newest();
        return found.state === "finished" ? found : null;
      });
      expect(run).toMatchObject({ verdict: "HALTED", because: "operator" });
      const graded = (await journalOf(run.id)).find((event) => event.type === "graded")!;
      expect(graded).toMatchObject({ grade: "attested" });

      const notice = page.getByRole("region", { name: "Everything is halted" });
      await notice.getByText("seen enough").waitFor();
      await notice.getByRole("button", { name: "Release" }).click();
      await page.getByRole("dialog", { name: "Release?" }).getByRole("button", { name: "Release" }).click();
      await notice.waitFor({ state: "detached" });
    }));

  it("fills the editor in for an edge that somebody wants broken, and guards what is written there", () =>
    onDashboard(async (page) => {
      await page.goto(`${shop.url}/#/mesh?at=checkout-%3Eledger`);
      await page
        .getByRole("navigation", { name: "Break checkout → ledger" })
        .getByRole("link", { name: "Cut off" })
        .click();
      const editor = page.getByRole("textbox", { name: /The experiment, in YAML/ });
      await editor.getByText("checkout-survives-unreachable-ledger").waitFor();
      expect(await editor.innerText()).toContain("partition: { how: blackhole }");
      await editor.click();
      await page.keyboard.type("# mine");
      const asked = page.waitForEvent("dialog");
      page.close({ runBeforeUnload: true }).catch(() => {});
      const dialog = await asked;
      expect(dialog.type()).toBe("beforeunload");
      await dialog.accept();
    }));

  it("lists experiments with description, target, last verdict and trend by one request, and finds them", () =>
    onDashboard(async (page) => {
      await shop.apply(shop.text(SLOW));
      await shop.apply(shop.text("checkout-hangs-on-a-stalled-ledger"));
      const asked: string[] = [];
      page.on("request", (request) => {
        if (/\/api\/v1\/(trends|runs)\?/.test(request.url())) asked.push(request.url().replace(shop.url, ""));
      });
      await goTo(page, "Experiments");
      const row = page.getByRole("row").filter({ hasText: SLOW });
      await row.getByText("checkout → payments").waitFor();
      await row.getByText("Shoppers can still check out when payments is slow.").waitFor();
      await row.locator(".badge").waitFor();
      expect([...new Set(asked)]).toEqual(["/api/v1/trends?last=20"]);
      await page.getByLabel("Find an experiment").fill("ledger");
      await row.waitFor({ state: "detached" });
      await page.getByRole("row").filter({ hasText: "checkout-hangs-on-a-stalled-ledger" }).waitFor();
    }));

  it("says of a queued run for whom it waits and until when, and comes back to a page where it was left", () =>
    onDashboard(async (page) => {
      await idle();
      await shop.apply(lasting("60s")(shop.text(SLOW)));
      const startRun = () => shop.ask<{ id: string }>("/runs", { method: "POST", body: { stored: { name: SLOW } } });
      const [first, second] = [await startRun(), await startRun()];
      await goTo(page, "Runs");
      await page.getByText(/^queued: waits for .*, which is over by .* at the latest$/).waitFor();
      await page.setViewportSize({ width: 1440, height: 300 });
      await page.evaluate(() => window.scrollTo(0, 150));
      await page.waitForTimeout(200);
      const top = await page.evaluate(() => window.scrollY);
      expect(top).toBeGreaterThan(50);
      await page.evaluate((id) => {
        window.location.hash = `#/runs/${id}`;
      }, second.id);
      await page
        .getByRole("region", { name: "Verdict" })
        .getByText(/waits for/)
        .waitFor();
      await page.goBack();
      await page.getByRole("list", { name: "Runs" }).waitFor();
      await page.waitForFunction((left) => window.scrollY === left, top);
      for (const { id } of [second, first])
        await shop.ask(`/runs/${id}/halt`, { method: "POST", body: { reason: "seen" } });
      await idle();
    }));

  it("shows what binds runs: policies, their freezes and whether one is on, and that there is no webhook", () =>
    onDashboard(async (page) => {
      const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
      await shop.apply(`apiVersion: squall.dev/v1
kind: Policy
metadata: { name: quiet-days }
spec:
  description: Nothing is broken in these days.
  who: { tokens: [nobody] }
  timeZone: Etc/UTC
  freezes: [{ from: "${day(-1)}", to: "${day(2)}", reason: "the sale" }]
`);
      await goTo(page, "Policies");
      const policies = page.getByRole("list", { name: "Policies", exact: true });
      await policies.getByText("Nothing is broken in these days.").waitFor();
      const freezes = page.getByRole("region", { name: "Freezes" });
      await freezes.getByText("1 of 1 in force").waitFor();
      await freezes.getByText(/^Freeze, in force until \d{4}-\d{2}-\d{2}/).waitFor();
      await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Webhooks" }).click();
      await page.waitForFunction(() => document.activeElement?.id === "webhooks");
      await page.getByRole("region", { name: "Webhooks" }).getByText(/^None/).waitFor();
      await shop.ask("/documents/Policy/quiet-days", { method: "DELETE" });
    }));

  it("gives the report of a run in every form, and for the printer without what is pressed", () =>
    onDashboard(async (page) => {
      const { id, experiment } = await newest();
      await page.goto(`${shop.url}/#/runs/${id}`);
      const menu = page.getByRole("group", { name: "Report of this run" });
      const button = menu.getByRole("button", { name: "Download" });
      /** Downloads a format chosen with the keyboard alone. */
      const fetched = async (word: string): Promise<string> => {
        await button.focus();
        await page.keyboard.press("Enter");
        const link = menu.getByRole("link", { name: word });
        while (!(await link.evaluate((one) => one === document.activeElement))) await page.keyboard.press("Tab");
        const coming = page.waitForEvent("download");
        await page.keyboard.press("Enter");
        const download = await coming;
        expect(download.suggestedFilename()).toMatch(new RegExp(`^${id}\\.`));
        expect(await button.getAttribute("aria-expanded")).toBe("false");
        expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
        return readFileSync(await download.path(), "utf8");
      };
      const document = JSON.parse(await fetched("JSON"));
      expect(document).toMatchObject({ schemaVersion: 1, runs: [{ id, experiment, state: "finished" }] });
      expect(await fetched("Markdown")).toContain(`: ${experiment}`);
      expect(await fetched("HTML")).toMatch(new RegExp(`^<!doctype html>[\\s\\S]*: ${experiment} – Squall</title>`));
      expect(await fetched("JUnit")).toContain(`<testsuite name="${experiment}"`);
      expect(JSON.parse(await fetched("SARIF"))).toMatchObject({ version: "2.1.0" });

      await button.click();
      expect(await menu.getByRole("link").count()).toBe(5);
      expect(await violationsOf(page)).toEqual([]);
      await page.keyboard.press("Escape");
      expect(await menu.getByRole("list").isVisible()).toBe(false);
      await button.click();
      await page.getByRole("heading", { level: 1 }).click();
      expect(await menu.getByRole("list").isVisible()).toBe(false);

      expect(await page.getByRole("button", { name: "Print, or save as PDF" }).isVisible()).toBe(true);
      await page.emulateMedia({ media: "print" });
      expect(await page.getByRole("region", { name: "Verdict" }).isVisible()).toBe(true);
      expect(await page.getByRole("navigation", { name: "Pages" }).isVisible()).toBe(false);
      expect(await menu.isVisible()).toBe(false);
    }));

  it("has tokens on a page of their own, which settings and policies lead to", () =>
    onDashboard(async (page) => {
      for (const from of ["Settings", "Policies"]) {
        await goTo(page, from);
        await page
          .getByRole("main")
          .getByRole("link", { name: /tokens/i })
          .click();
        await page.getByRole("heading", { level: 1, name: "Tokens" }).waitFor();
        expect(await page.title()).toBe("Tokens · Squall");
      }
      await page.getByLabel("Name").fill("ci-of-the-shop");
      await page.getByRole("button", { name: "Create token" }).click();
      await page.getByLabel("The secret of ci-of-the-shop").waitFor();
      await page
        .getByRole("row", { name: /ci-of-the-shop/ })
        .getByText("good")
        .waitFor();
    }));

  it("lets a viewer look, and neither start nor halt", async () => {
    const { token } = await shop.ask<{ token: string }>("/tokens", {
      method: "POST",
      body: { name: "looker", role: "viewer" },
    });
    await onDashboard(
      async (page) => {
        const halt = page.getByRole("button", { name: "Halt all" });
        expect(await halt.isDisabled()).toBe(true);
        // The reason stands on the page as text, not only as a title.
        const why = await halt.getAttribute("aria-describedby");
        expect(await page.locator(`[id="${why}"]`).innerText()).toBe("This needs the role operator; looker is viewer.");
        await goTo(page, "Experiments");
        expect(await page.getByRole("button", { name: `Start ${SLOW}` }).isDisabled()).toBe(true);
        const { id } = await newest();
        const unexplained: string[] = [];
        for (const hash of [
          "mesh",
          "runs",
          `runs/${id}`,
          "experiments",
          `experiments/${SLOW}`,
          "schedules",
          "settings",
        ]) {
          await page.goto(`${shop.url}/#/${hash}`);
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.getByText("Loading…").waitFor({ state: "detached" });
          unexplained.push(...(await unexplainedOf(page)).map((button) => `${hash}: ${button}`));
        }
        expect(unexplained).toEqual([]);
        await goTo(page, "Audit");
        await page.getByText("The audit log is for administrators").waitFor();
        expect(await page.getByRole("link", { name: "Tokens" }).count()).toBe(0);
        await page.goto(`${shop.url}/#/tokens`);
        await page.getByText("Tokens are for administrators").waitFor();
      },
      () => token,
    );
  });

  it("marks what is wrong with a file at its line, as the CLI does", () =>
    onDashboard(async (page) => {
      await page.goto(`${shop.url}/#/experiments/new`);
      const editor = page.getByRole("textbox", { name: /The experiment, in YAML/ });
      await editor.click();
      await page.keyboard.press("Control+A");
      const text = shop.text(SLOW).replace("latency: { delay", "latncy: { delay");
      await page.keyboard.insertText(text);
      const line = text.split("\n").findIndex((one) => one.includes("latncy")) + 1;
      const problem = page.getByRole("region", { name: "Problems" }).getByRole("button", { name: /latncy/ });
      await problem.waitFor();
      expect(await problem.innerText()).toContain(`${line}:`);
      expect(await problem.innerText()).toContain("latency");
      await page.locator(".cm-lintRange-error").first().waitFor();
      expect(
        await page
          .getByRole("button", { name: /^Start/ })
          .first()
          .isDisabled(),
      ).toBe(true);
    }));

  it("says before a run what its samples can show at best, as the CLI's plan does", () =>
    onDashboard(async (page) => {
      await page.goto(`${shop.url}/#/experiments/new`);
      await page.getByRole("textbox", { name: /The experiment, in YAML/ }).click();
      await page.keyboard.press("Control+A");
      const few = (text: string) => text.replace("rate: 40/s", "rate: 20/s");
      await page.keyboard.insertText(few(shop.text(SLOW)));
      await page.getByRole("tab", { name: "Dry run" }).click();
      await page.getByRole("table", { name: "Samples" }).waitFor();
      const { stdout } = await squall(
        shop.home,
        "plan",
        shop.experiment(SLOW, few),
        "--mesh",
        join(shop.home, "mesh.yaml"),
      );
      const [, said] =
        /shoppers can check out: (shows at best [\d.]+%; 299\s+samples\s+would\s+show\s+99%)/.exec(stdout) ?? [];
      expect(said, stdout).toBeDefined();
      await page.getByText(`shoppers can check out: ${said!.replaceAll(/\s+/g, " ")}.`).waitFor();
    }));

  describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
    const PAGES = ["Mesh", "Runs", "Experiments", "Schedules", "Agents", "Policies", "Tokens", "Audit", "Settings"];
    it("has no serious fault that axe knows of, on any page, and none is wider than its window", () =>
      withPage(
        browser,
        async (page) => {
          await page.goto(shop.url);
          await page.getByLabel("Token").waitFor();
          expect(await violationsOf(page), "sign-in").toEqual([]);
          await signIn(page, shop.url, shop.token);
          const { id } = await newest();
          const visit = async (name: string) => {
            await page.getByText("Loading…").waitFor({ state: "detached" });
            for (const width of [1440, 390]) {
              await page.setViewportSize({ width, height: 900 });
              expect(await overhangOf(page), `${name} at ${width}`).toBe(0);
            }
            await page.setViewportSize({ width: 1440, height: 900 });
            expect(await violationsOf(page), name).toEqual([]);
          };
          for (const name of PAGES) {
            await goTo(page, name);
            await visit(name);
          }
          for (const [name, hash] of [
            ["run", `#/runs/${id}`],
            ["experiment", `#/experiments/${SLOW}`],
            ["selected edge", "#/mesh?at=checkout-%3Epayments"],
            ["list of the mesh", "#/mesh?view=list"],
          ] as const) {
            await page.goto(`${shop.url}/${hash}`);
            await page.getByRole("heading", { level: 1 }).waitFor();
            await visit(name);
          }
        },
        { colorScheme },
      ));
  });
});
