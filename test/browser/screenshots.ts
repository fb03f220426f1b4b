/**
 * `npm run screenshots`: every page of the dashboard, light and dark, wide and narrow, of an open shop whose payments
 * are slow; `-- mesh runs`: only these pages. Pictures go to reports/screenshots/.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { ensureBrowser } from "../../scripts/browser.ts";
import { ended, ROOT, start } from "../tiny.ts";
import { lasting, openShop } from "./shop.ts";
import { eventually, launch, runsOf, signIn, withPage } from "./stage.ts";

const FOLDER = join(ROOT, "reports/screenshots");
const SLOW = "checkout-survives-slow-payments";
const [WIDE, NARROW] = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const SCHEDULE = `apiVersion: squall.dev/v1
kind: Schedule
metadata: { name: slow-payments-each-weekday }
spec:
  experiment: ${SLOW}
  cron: "15 10 * * 1-5"
  timeZone: Europe/Berlin
`;
/** Pages whose picture ends at the fold, because only the part visible without scrolling counts there. */
const ABOVE_THE_FOLD = ["mesh", "mesh-edge", "run", "run-download", "run-live", "experiments"];
const BAD = "latncy: { delay: 2s, jitter: 200ms }";

const meant = process.argv.slice(2);
ensureBrowser();
mkdirSync(FOLDER, { recursive: true });
const shop = await openShop();
const browser = await launch();
const { home, url, token } = shop;

/** Takes a picture in each theme and width. `ready`: waits for the elements that have to be there first. */
const take = async (name: string, hash: string, ready: (page: Page) => Promise<unknown>): Promise<void> => {
  if (meant.length > 0 && !meant.includes(name)) return;
  for (const colorScheme of ["light", "dark"] as const)
    await withPage(
      browser,
      async (page) => {
        await signIn(page, url, token);
        for (const [width, viewport] of [
          ["wide", WIDE],
          ["narrow", NARROW],
        ] as const) {
          await page.setViewportSize(viewport);
          await page.goto(`${url}/#/${hash}`);
          await ready(page);
          // Let the drawing come to rest first.
          await page.waitForTimeout(1_500);
          const path = join(FOLDER, `${name}-${colorScheme}-${width}.png`);
          await page.screenshot({ path, fullPage: !ABOVE_THE_FOLD.includes(name) });
          process.stdout.write(`${path}\n`);
        }
      },
      { colorScheme },
    );
};
const heading = (page: Page) => page.getByRole("heading", { level: 1 }).waitFor();

try {
  const file = shop.experiment(SLOW, lasting);
  await shop.apply(shop.text(SLOW));
  await shop.apply(SCHEDULE);
  await shop.apply(readFileSync(join(ROOT, "experiments/schedules/careful-with-money.yaml"), "utf8"));
  for (const name of ["checkout-hangs-on-a-stalled-ledger", SLOW])
    await ended(start(home, ["run", shop.experiment(name), "--mesh", join(home, "mesh.yaml")]));
  shop.experiment(SLOW, lasting);
  const running = ended(start(home, ["run", file, "--mesh", join(home, "mesh.yaml")]));
  const live = await eventually(
    async () => (await runsOf(shop)).find(({ state }) => state === "injecting")?.id ?? null,
  );
  const broken = (await runsOf(shop)).at(-1)!.id;

  await take("mesh", "mesh", async (page) => {
    await page.locator(".fault-mark, .health.fault").first().waitFor();
  });
  await take("mesh-edge", "mesh?at=checkout-%3Epayments", (page) =>
    page.locator(".react-flow__node, table").first().waitFor(),
  );
  await take("run-live", `runs/${live}`, (page) => page.getByText("RUNNING", { exact: true }).first().waitFor());
  await take("agents", "agents", heading);
  await shop.ask(`/runs/${live}/halt`, { method: "POST", body: { reason: "seen enough" } });
  await running;
  await take("run", `runs/${broken}`, (page) => page.getByRole("region", { name: "Verdict" }).waitFor());
  await take("run-download", `runs/${broken}`, async (page) => {
    const button = page.getByRole("button", { name: "Download" });
    if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
    await page.getByRole("link", { name: "SARIF" }).waitFor();
  });
  await take("run-whole", `runs/${broken}`, (page) => page.getByRole("region", { name: "Verdict" }).waitFor());
  await take("runs", "runs", heading);
  await take("experiments", "experiments", heading);
  await take("experiment", `experiments/${SLOW}`, (page) => page.locator(".cm-content").waitFor());
  await take("experiment-plan", "experiments/new", async (page) => {
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(shop.text(SLOW).replace("rate: 40/s", "rate: 20/s"));
    await page.getByRole("tab", { name: "Dry run" }).click();
    await page.getByText(/shows at best/).waitFor();
  });
  await take("experiment-bad", "experiments/new", async (page) => {
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(shop.text(SLOW).replace(/latency: \{ delay: 2s.*/, BAD));
    await page
      .getByRole("button", { name: /latncy/ })
      .first()
      .waitFor();
  });
  await take("schedules", "schedules", heading);
  await take("policies", "policies", heading);
  await take("tokens", "tokens", heading);
  await take("audit", "audit", heading);
  await take("settings", "settings", heading);
} finally {
  await browser.close();
  await shop.close();
}
