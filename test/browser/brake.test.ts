/**
 * Halt controls of the dashboard: by mouse alone, by keyboard alone, with a killed server, and with a server that
 * hangs.
 */
import type { Browser, Locator, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../ports.ts";
import {
  agentReady,
  ask,
  experimentOf,
  type Ground,
  openGround,
  reportOf,
  sleep,
  start,
  TOKEN,
} from "../serve/ground.ts";
import { untilStruck } from "../starved.ts";
import { overhangOf, violationsOf } from "./axe.ts";
import { describeInBrowser, eventually, goTo, launch, signIn, withPage } from "./stage.ts";

/** Header that the fault puts into an answer: no busy machine makes an answer look faulted, as it makes one slow. */
const MARK = "x-struck";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface Struck {
  readonly ground: Ground;
  readonly url: string;
  readonly run: string;
  readonly server: { pid: number };
  /** Ends the server as `kill -9` does; the port stays free. */
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Restarts the server with the same folder and the same port. */
  restart(): Promise<void>;
}
/** Runs `use` with a server, an agent, and a run whose fault is in the traffic for two minutes. */
const whileStruck = async (use: (struck: Struck) => Promise<void>): Promise<void> => {
  const ground = await openGround();
  try {
    const port = await freePort();
    const serve = () => ground.serve("server", ["--listen", `127.0.0.1:${port}`]);
    let serving = await serve();
    const { url } = serving;
    await ground.agent([url]);
    await agentReady(url);
    const edge = { from: "caller", to: "callee" };
    const faults = [{ name: "answers are marked", edge, rewrite: { response: { headers: { [MARK]: "1" } } } }];
    const experiment = experimentOf(ground, {
      ...{ during: "2m", within: "1900ms" },
      spec: { limits: { deadline: "5m" }, faults },
    });
    const run = await untilStruck(
      () => start(url, experiment),
      () => isStruck(ground),
      (id) => reportOf(url, id),
    );
    await use({
      ...{ ground, url, run, server: { pid: serving.child.pid! } },
      signal: (signal) => serving.child.kill(signal),
      async kill() {
        serving.child.kill("SIGKILL");
        await serving.ended;
      },
      async restart() {
        serving = await serve();
      },
    });
  } finally {
    await ground.close();
  }
};
/** True if the fault acts on a request through the edge. */
const isStruck = async ({ edge }: Ground): Promise<boolean> => {
  const response = await fetch(edge, { headers: { connection: "close" } }).catch(() => null);
  await response?.text();
  return response?.headers.has(MARK) === true;
};
const isClean = (ground: Ground) => eventually(async () => ((await isStruck(ground)) ? null : true));

/** Sends real requests in sequence until `stop`, and records when the last request that the fault struck began. */
const watchEdge = (ground: Ground) => {
  let [lastStruckMs, goes] = [0, true];
  const done = (async () => {
    while (goes) {
      const beganMs = Date.now();
      if (await isStruck(ground)) lastStruckMs = beganMs;
      await sleep(50);
    }
  })();
  return {
    lastStruckMs: () => lastStruckMs,
    async stop() {
      goes = false;
      await done;
    },
  };
};

const WIDE = { viewport: { width: 1440, height: 900 } };
const onRun = async (page: Page, { url, run }: Struck) => {
  await signIn(page, url, TOKEN);
  // Once visited, a page needs no more files from the server.
  await page.locator(".mesh-stage, .mesh-list").first().waitFor();
  await goTo(page, "Runs");
  await page.getByRole("list", { name: "Runs" }).waitFor();
  await page.goto(`${url}/#/runs/${run}`);
  await page.getByText("the faults are in the traffic").waitFor();
};
const halted = (page: Page) =>
  page.getByRole("region", { name: "Verdict" }).getByText("HALTED", { exact: true }).waitFor();
const haltAll = (page: Page) => page.getByRole("banner").getByRole("button", { name: "Halt all" });
const isFocused = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);
/** Presses keys and counts the presses. */
const keyboardOf = (page: Page) => {
  let count = 0;
  return {
    count: () => count,
    async press(...keys: readonly string[]) {
      for (const key of keys) {
        count++;
        await page.keyboard.press(key);
      }
    },
  };
};
const gateOf = async (url: string) => (await ask(url, "/api/v1/gate")).body as { halted: { reason: string } | null };

/** Asserts the texts of a page whose server is lost; returns the time stated on the page, ms since the epoch. */
const saysItIsLost = async (page: Page): Promise<number> => {
  const bar = page.getByRole("banner");
  await bar.getByText("Connection lost").waitFor();
  await bar.getByText(/last known, (just now|\d+ s ago)/).waitFor();
  await bar.getByText("squall halt --all").waitFor();
  expect(await page.locator("main[data-stale]").count()).toBe(1);
  expect(await page.title()).toMatch(/^Connection lost: /);
  const said = await bar.getByText(/Agents that lost it, too/).innerText();
  expect(said).toMatch(/(drop every fault by|have dropped every fault since) \d\d:\d\d:\d\d, 5 s after they lost it/);
  return Date.parse((await bar.locator("time").getAttribute("datetime"))!);
};
const isLive = async (page: Page) => {
  await page.getByRole("banner").getByText("Live", { exact: true }).waitFor();
  expect(await page.locator("[data-stale]").count()).toBe(0);
  expect(await page.getByText(/last known/).count()).toBe(0);
  expect(await page.title()).not.toMatch(/Connection lost/);
};
/** Largest spread of a grey's three channels, of 255: the greys of the page are a little blue. */
const CHROMA = 30;
/** Colours other than grey drawn inside the element, without the halt controls: those stay red. */
const coloursIn = (locator: Locator) =>
  locator.first().evaluate((root, chroma) => {
    const parts = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const isGrey = (colour: string) => {
      const [r = 0, g = 0, b = 0, a = 1] = parts(colour);
      return a === 0 || Math.max(r, g, b) - Math.min(r, g, b) <= chroma;
    };
    const isFiltered = (element: Element | null): boolean =>
      element !== null && (getComputedStyle(element).filter === "grayscale(1)" || isFiltered(element.parentElement));
    return [root, ...root.querySelectorAll("*")].flatMap((element) => {
      if (element.closest(".halt, dialog, canvas, defs") !== null || isFiltered(element)) return [];
      const { color, backgroundColor, borderTopColor, borderTopWidth, fill, stroke } = getComputedStyle(element);
      const edge = borderTopWidth === "0px" ? [] : [borderTopColor];
      const drawn = element instanceof SVGElement ? [fill, stroke].filter((one) => one.startsWith("rgb")) : [];
      return [color, backgroundColor, ...edge, ...drawn]
        .filter((colour) => colour.startsWith("rgb") && !isGrey(colour))
        .map((colour) => `${element.tagName}.${element.getAttribute("class")}: ${colour}`);
    });
  }, CHROMA);
const isGrey = async (locator: Locator) => {
  await locator.first().waitFor();
  expect(await coloursIn(locator)).toEqual([]);
};

describeInBrowser.concurrent("the brake of the dashboard", { timeout: 180_000 }, () => {
  it("halts by the mouse alone: two clicks, of a run, in the strip, in the list, and of everything", () =>
    whileStruck((struck) =>
      withPage(
        browser,
        async (page) => {
          const { url, ground } = struck;
          await onRun(page, struck);
          // While the server is connected, the page shows colours.
          expect(await coloursIn(page.locator(".known"))).not.toEqual([]);
          // Each button opens a dialog with the halt button focused; the dialog is then closed without halting.
          const dialog = page.getByRole("dialog");
          const opens = async (button: Locator, label: string) => {
            await button.click();
            const main = dialog.getByRole("button", { name: label, exact: true });
            expect(await main.isEnabled()).toBe(true);
            expect(await isFocused(main)).toBe(true);
            return main;
          };
          await opens(page.getByRole("button", { name: "Halt this run" }), "Halt this run");
          await dialog.getByRole("button", { name: "Keep running" }).click();
          await dialog.waitFor({ state: "detached" });
          await goTo(page, "Mesh");
          await opens(page.getByRole("region", { name: "Runs under way" }).getByRole("button"), "Halt ground");
          await page.keyboard.press("Escape");
          await dialog.waitFor({ state: "detached" });
          await goTo(page, "Runs");
          await opens(
            page.getByRole("list", { name: "Runs" }).getByRole("button", { name: "Halt ground" }),
            "Halt ground",
          );
          await page.keyboard.press("Escape");
          await dialog.waitFor({ state: "detached" });
          expect(await isStruck(ground)).toBe(true);

          const main = await opens(haltAll(page), "Halt all");
          const edge = watchEdge(ground);
          await sleep(1_500);
          const clickedMs = Date.now();
          await main.click();
          await dialog.waitFor({ state: "detached" });
          const acknowledgedMs = Date.now();
          await isClean(ground);
          await sleep(500);
          await edge.stop();
          expect(edge.lastStruckMs()).toBeLessThan(acknowledgedMs);
          process.stdout.write(
            `halted by mouse: the last struck request began ${edge.lastStruckMs() - clickedMs} ms after the click\n`,
          );
          expect((await gateOf(url)).halted).toMatchObject({ reason: "Halted from the dashboard." });

          // Release asks for confirmation, with the focus on the safe button: Enter twice leaves everything halted.
          const notice = page.getByRole("region", { name: "Everything is halted" });
          const release = notice.getByRole("button", { name: "Release" });
          await release.focus();
          await page.keyboard.press("Enter");
          await page.getByRole("dialog", { name: "Release?" }).waitFor();
          expect(await isFocused(dialog.getByRole("button", { name: "Keep it halted" }))).toBe(true);
          await page.keyboard.press("Enter");
          await dialog.waitFor({ state: "detached" });
          expect((await gateOf(url)).halted).not.toBeNull();
          await release.click();
          await dialog.getByRole("button", { name: "Release" }).click();
          await notice.waitFor({ state: "detached" });
          expect((await gateOf(url)).halted).toBeNull();
        },
        WIDE,
      ),
    ));

  it("halts by the keyboard alone: two presses from wherever one is, four from the top of a page", () =>
    whileStruck((struck) =>
      withPage(browser, async (page) => {
        await onRun(page, struck);
        const byTab = keyboardOf(page);
        await page.reload();
        await page.getByText("the faults are in the traffic").waitFor();
        await byTab.press("Tab", "Tab");
        expect(await isFocused(haltAll(page))).toBe(true);
        await byTab.press("Enter");
        const dialog = page.getByRole("dialog", { name: "Halt all?" });
        await dialog.waitFor();
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        expect(byTab.count() + 1).toBe(4);
        // Escape gives the focus back to the button.
        expect(await isFocused(haltAll(page))).toBe(true);

        await page.getByRole("combobox").first().focus();
        const byKeys = keyboardOf(page);
        const edge = watchEdge(struck.ground);
        await sleep(1_500);
        await byKeys.press("Alt+Shift+KeyH");
        await dialog.waitFor();
        const pressedMs = Date.now();
        await byKeys.press("Enter");
        await halted(page);
        const haltedMs = Date.now();
        expect(byKeys.count()).toBe(2);
        await isClean(struck.ground);
        await edge.stop();
        expect(edge.lastStruckMs()).toBeLessThan(haltedMs);
        process.stdout.write(
          `halted by keyboard: the last struck request began ${edge.lastStruckMs() - pressedMs} ms after Enter\n`,
        );
      }),
    ));

  it("keeps the reason that somebody gives", () =>
    whileStruck((struck) =>
      withPage(browser, async (page) => {
        await onRun(page, struck);
        await page.getByRole("button", { name: "Halt this run" }).click();
        await page.getByLabel(/Reason/).fill("the tills are ringing");
        await page.keyboard.press("Enter");
        await halted(page);
        await page.getByText("the tills are ringing").first().waitFor();
      }),
    ));

  it.each([
    ["killed", "The server cannot be reached."],
    ["stopped dead", "The server has not answered within 3 s."],
  ] as const)(
    "of a server that is %s: says so, when its faults end, and what to do instead; and halts when it is back",
    (how, why) =>
      whileStruck((struck) =>
        withPage(browser, async (page) => {
          const { ground, url } = struck;
          await onRun(page, struck);
          const edge = watchEdge(ground);
          const goneMs = Date.now();
          if (how === "killed") await struck.kill();
          else struck.signal("SIGSTOP");

          const dropsByMs = await saysItIsLost(page);
          const greyMs = Date.now() - goneMs;
          await isGrey(page.locator(".known.live-data"));
          // The run's clock stops.
          const clock = page.getByRole("region", { name: "Verdict" }).locator(".clock");
          const stood = await clock.innerText();
          await sleep(1_500);
          expect(await clock.innerText()).toBe(stood);
          await page
            .locator("main")
            .getByText(/last known, \d+ s ago/)
            .first()
            .waitFor();

          // Pages opened only now report the lost connection, too.
          await goTo(page, "Mesh");
          await saysItIsLost(page);
          for (const part of [".run-under-way", ".mesh-stage"]) await isGrey(page.locator(part));
          await goTo(page, "Runs");
          await isGrey(page.getByRole("list", { name: "Runs" }));
          await page
            .locator("main .head")
            .getByText(/last known/)
            .waitFor();
          await goTo(page, "Mesh");
          await page
            .getByRole("region", { name: "Runs under way" })
            .getByText(/last known/)
            .waitFor();
          await page.keyboard.press("Alt+Shift+KeyH");
          const dialog = page.getByRole("dialog", { name: "Halt all?" });
          await page.keyboard.press("Enter");
          await dialog.getByText("Not acknowledged.").waitFor();
          const said = await dialog.innerText();
          expect(said).toContain(why);
          expect(said).toMatch(/5 s after they lost it/);
          expect(said).toContain("squall halt --all");
          const main = dialog
            .getByRole("button", { name: "Halt all now" })
            .or(dialog.getByRole("button", { name: "Halting…" }));
          expect(await main.isEnabled()).toBe(true);
          expect(await isFocused(main)).toBe(true);
          await dialog.getByText(/[2-9] attempts so far/).waitFor();

          // The stated time is true: no request that began later was struck.
          await sleep(Math.max(0, dropsByMs + 1_500 - Date.now()));
          const lastStruckMs = edge.lastStruckMs();
          expect(lastStruckMs).toBeLessThanOrEqual(dropsByMs);
          expect(lastStruckMs).toBeGreaterThan(goneMs);
          process.stdout.write(
            `${how}: grey after ${greyMs} ms; faults gone ${lastStruckMs - goneMs} ms after it, said by ${dropsByMs - goneMs} ms\n`,
          );
          await edge.stop();
          await dialog.getByText(/have dropped every fault since/).waitFor();

          if (how === "killed") await struck.restart();
          else struck.signal("SIGCONT");
          // The dialog has kept retrying: the halt that the user asked for is in force.
          await dialog.waitFor({ state: "detached" });
          await isLive(page);
          expect((await gateOf(url)).halted).not.toBeNull();
          await page.getByRole("region", { name: "Everything is halted" }).waitFor();
          await page.goto(`${url}/#/runs/${struck.run}`);
          await halted(page);
          expect(await isStruck(ground)).toBe(false);
        }),
      ),
  );

  it("of a session that is over: says so in the dialog, and lets go of the page only when that is closed", () =>
    whileStruck((struck) =>
      withPage(browser, async (page) => {
        const { url } = struck;
        await onRun(page, struck);
        await page.keyboard.press("Alt+Shift+KeyH");
        const dialog = page.getByRole("dialog", { name: "Halt all?" });
        await dialog.waitFor();
        await page.context().clearCookies();
        await page.keyboard.press("Enter");
        await dialog.getByText(/Your session is over/).waitFor();
        await dialog.getByText("squall halt --all").waitFor();
        expect(await dialog.innerText()).toContain("5 s after they lose the server");
        // Wait longer than any poll that could have closed the page over the expired session.
        await sleep(3_000);
        expect(await dialog.isVisible()).toBe(true);
        await dialog.getByRole("button", { name: "Close" }).click();
        await page.getByText("The session is over").waitFor();
        expect((await gateOf(url)).halted).toBeNull();
      }),
    ));

  it("halts from a tab that has no socket, because its browser has given all six to the streams of others", () =>
    whileStruck((struck) =>
      withPage(browser, async (page) => {
        const { url, run, ground } = struck;
        await onRun(page, struck);
        await page.route("**/events", (route) => route.abort());
        await page.reload();
        await page.getByRole("banner").getByText("Connection lost").waitFor();
        for (let tab = 0; tab < 3; tab++) {
          const other = await page.context().newPage();
          await other.goto(`${url}/#/runs/${run}`);
          await other.getByText("the faults are in the traffic").waitFor();
        }
        await page.bringToFront();
        await page.keyboard.press("Alt+Shift+KeyH");
        const dialog = page.getByRole("dialog", { name: "Halt all?" });
        await dialog.waitFor();
        const pressedMs = Date.now();
        await page.keyboard.press("Enter");
        await eventually(async () => ((await gateOf(url)).halted === null ? null : true));
        process.stdout.write(`halted from a tab without a socket: after ${Date.now() - pressedMs} ms\n`);
        await dialog.waitFor({ state: "detached" });
        await isClean(ground);
      }),
    ));

  it.each(["light", "dark"] as const)(
    "has no serious fault that axe knows of while its server is gone, in %s",
    (colorScheme) =>
      whileStruck((struck) =>
        withPage(
          browser,
          async (page) => {
            await onRun(page, struck);
            await goTo(page, "Mesh");
            await struck.kill();
            await saysItIsLost(page);
            for (const name of ["Mesh", "Runs", "Agents", "Schedules", "Experiments", "Settings"]) {
              if (name !== "Mesh") await page.goto(`${struck.url}/#/${name.toLowerCase()}`);
              await sleep(300);
              for (const width of [1440, 390]) {
                await page.setViewportSize({ width, height: 844 });
                expect(await overhangOf(page), `${name} at ${width}`).toBe(0);
              }
              await page.setViewportSize({ width: 1440, height: 900 });
              expect(await violationsOf(page), name).toEqual([]);
            }
            await page.goto(`${struck.url}/#/runs/${struck.run}`);
            await haltAll(page).click();
            await page.keyboard.press("Enter");
            await page.getByText("Not acknowledged.").waitFor();
            expect(await violationsOf(page), "the dialog").toEqual([]);
            await page.setViewportSize({ width: 390, height: 844 });
            expect(await overhangOf(page), "the dialog at 390").toBe(0);
            expect(
              await page.getByRole("dialog").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
            ).toBe(0);
          },
          { colorScheme },
        ),
      ),
  );
});
