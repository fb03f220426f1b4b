/**
 * `npm run bench:dashboard`: how smooth the mesh page is with 300 services, 1,200 edges and all numbers new each
 * second. The built dashboard runs in a real Chromium, behind a stand-in for the API. `--services N`, `--edges N`,
 * `--seconds N` for each scene, `--web DIR` for another build.
 *
 * Frames and long tasks are the user's experience on this machine, including other load on the machine. CPU of the
 * page's main thread is the page's own cost, and says more on a machine that is busy elsewhere.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CDPSession, chromium, type Page } from "playwright";
import { findBrowser, LAUNCH_ARGS } from "../../scripts/browser.ts";
import { meshOf } from "./dashboard-mesh.ts";
import { serveMadeUp } from "./dashboard-server.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "300" },
    edges: { type: "string", default: "1200" },
    seconds: { type: "string", default: "30" },
    web: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const LAYOUT_MS = 120_000;
const SLOW_FRAME_MS = 50;
const SIZE = { width: 1_440, height: 900 };

interface Seen {
  readonly frames: number;
  readonly slow: readonly number[];
  readonly tasks: readonly number[];
}
/**
 * Script injected into the page, as text because the page cannot import from here: collects frame and task times until
 * read.
 */
const WATCH = `
  let seen = { frames: 0, slow: [], tasks: [] };
  let last = performance.now();
  const frame = (now) => {
    seen.frames++;
    if (now - last > ${SLOW_FRAME_MS}) seen.slow.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask" });
  window.squallSeen = () => {
    const before = seen;
    seen = { frames: 0, slow: [], tasks: [] };
    return before;
  };
`;
const take = (page: Page) => page.evaluate("squallSeen()") as Promise<Seen>;
/** CPU seconds so far: of the page's main thread, and of all processes of the browser, which also paint. */
const cpuOf = async ({ page, browser }: Devtools) => {
  const { metrics } = await page.send("Performance.getMetrics");
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  return {
    page: metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0,
    browser: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
  };
};
interface Devtools {
  readonly page: CDPSession;
  readonly browser: CDPSession;
}

const most = (all: readonly number[]): string => (all.length === 0 ? "-" : `${Math.round(Math.max(...all))} ms`);
const measure = async (page: Page, devtools: Devtools, name: string, act: () => Promise<void>) => {
  await take(page);
  const [cpu, begun] = [await cpuOf(devtools), performance.now()];
  await act();
  const tookS = (performance.now() - begun) / 1_000;
  const { frames, slow, tasks } = await take(page);
  const after = await cpuOf(devtools);
  const share = (of: "page" | "browser") => `${Math.round((100 * (after[of] - cpu[of])) / tookS)}%`;
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  return {
    ...{ scene: name, seconds: Math.round(tookS), "frames/s": Math.round(frames / tookS) },
    ...{ "frames > 50 ms": slow.length, "slowest frame": most(slow) },
    ...{
      "tasks > 50 ms": tasks.length,
      "longest task": most(tasks),
      "CPU of main thread": share("page"),
      "of browser": share("browser"),
      elements: nodes,
    },
  };
};

const print = (line: string) => process.stdout.write(`${line}\n`);
const wait = () => sleep(seconds * 1_000);
const MIDDLE = { x: SIZE.width / 2, y: SIZE.height / 2 + 100 };
/** Drags the graph to and fro, and zooms with the wheel. */
const roam = async (page: Page) => {
  const until = performance.now() + seconds * 1_000;
  for (let turn = 0; performance.now() < until; turn++) {
    await page.mouse.move(MIDDLE.x, MIDDLE.y);
    await page.mouse.down();
    const to = turn % 2 === 0 ? 1 : -1;
    for (let step = 1; step <= 20; step++) await page.mouse.move(MIDDLE.x + to * step * 12, MIDDLE.y + to * step * 5);
    await page.mouse.up();
    for (let step = 0; step < 6; step++) {
      await page.mouse.wheel(0, turn % 2 === 0 ? -120 : 120);
      await sleep(30);
    }
  }
};

const main = async () => {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error("there is no browser; `npm run setup` installs one");
  const served = await serveMadeUp(meshOf(Number(values.services), Number(values.edges)), values.web);
  const browser = await chromium.launch({ executablePath, args: [...LAUNCH_ARGS] });
  try {
    const page = await (await browser.newContext({ viewport: SIZE })).newPage();
    await page.addInitScript(WATCH);
    const devtools = { page: await page.context().newCDPSession(page), browser: await browser.newBrowserCDPSession() };
    await devtools.page.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(served.url);
    await page.getByLabel("Token").fill("any will do");
    await page.getByRole("button", { name: "Sign in" }).click();
    const open = async (query: string) => {
      const begun = performance.now();
      await page.goto("about:blank");
      await page.goto(`${served.url}/#/mesh${query}`);
      await page.locator(".react-flow__node").first().waitFor({ timeout: LAYOUT_MS });
      return Math.round(performance.now() - begun);
    };
    const grouped = await open("");
    const rows = [await measure(page, devtools, "grouped, looked at", wait)];
    const flat = await open("?group=-");
    rows.push(await measure(page, devtools, "one by one, looked at from afar", wait));
    rows.push(await measure(page, devtools, "one by one, dragged and zoomed from afar", () => roam(page)));
    for (let step = 0; step < 8; step++) await page.getByRole("button", { name: "Nearer" }).click();
    await sleep(1_000);
    rows.push(await measure(page, devtools, "one by one, looked at from near", wait));
    rows.push(await measure(page, devtools, "one by one, dragged and zoomed from near", () => roam(page)));
    const again = await open("?group=-");
    const names = Object.keys(rows[0]!) as (keyof (typeof rows)[number])[];
    for (const row of rows) print(names.map((name) => `${name} ${row[name]}`).join(", "));
    print(`first layout: grouped ${grouped} ms, one by one ${flat} ms; kept from before ${again} ms`);
  } finally {
    await browser.close();
    await served.close();
  }
};
await main();
