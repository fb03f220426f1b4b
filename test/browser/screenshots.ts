/**
 * `npm run screenshots`: every page of the dashboard, light and dark, wide and narrow: of an open shop, healthy, with
 * faults and with a leak; of a mesh of 300 services; of a server that has nothing yet, one with policies and webhooks,
 * and one that is gone. `-- mesh runs`: only these pages. Pictures go to reports/screenshots/.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { parse } from "yaml";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { ensureBrowser } from "../../scripts/browser.ts";
import { meshOf } from "../bench/dashboard-mesh.ts";
import { serveMadeUp } from "../bench/dashboard-server.ts";
import { openGround, shows, TOKEN } from "../serve/ground.ts";
import { ended, ROOT, start } from "../tiny.ts";
import { lasting, openShop, type Shop } from "./shop.ts";
import { eventually, launch, runsOf, signIn, withPage } from "./stage.ts";
import { STORM } from "./storm.ts";

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
const FREEZES = `apiVersion: squall.dev/v1
kind: Policy
metadata: { name: winter }
spec:
  description: Nothing is injected over the holidays and during the great sale.
  timeZone: Europe/Berlin
  freezes:
    - { from: "12-20", to: "01-02", reason: the holidays }
    - { from: "2020-01-01T00:00", to: "2099-01-01T00:00", reason: the great sale }
`;
const WEBHOOKS = `webhooks:
  - { name: ops, url: "http://127.0.0.1:9", events: [start, halt, verdict], secret: "a-secret-of-32-characters-or-more" }
  - { name: change-desk, url: "http://127.0.0.1:9", events: [preflight], unreachable: refuse, secret: "a-secret-of-32-characters-or-more" }
`;
/** Pages whose picture ends at the fold, because only the part visible without scrolling counts there. */
const ABOVE_THE_FOLD = [
  ...["mesh", "mesh-healthy", "mesh-edge", "mesh-service", "mesh-leak", "mesh-300", "mesh-gone"],
  ...["run", "run-held", "run-halted", "run-queued", "run-download", "run-live"],
  ...["halt-dialog", "start-dialog"],
];
const LEAK_MS = 180_000;
const BAD = "latncy: { delay: 2s, jitter: 200ms }";

const meant = process.argv.slice(2);
const taken = new Set<string>();
const closings: (() => Promise<unknown>)[] = [];
ensureBrowser();
mkdirSync(FOLDER, { recursive: true });
const browser = await launch();

type Ready = (page: Page) => Promise<unknown>;
/** Server to take pictures of. `token`: null for a user who is not signed in. */
interface Place {
  readonly url: string;
  readonly token: string | null;
}
const shoot = async (page: Page, name: string, form: string): Promise<void> => {
  // Let the drawing come to rest first.
  await page.waitForTimeout(1_500);
  const path = join(FOLDER, `${name}-${form}.png`);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path, fullPage: !ABOVE_THE_FOLD.includes(name) });
  process.stdout.write(`${path}\n`);
};
const SIZES = [
  ["wide", WIDE],
  ["narrow", NARROW],
] as const;
/** Takes a picture in each theme and width. `ready`: waits for the elements that have to be there first. */
const take = async (name: string, hash: string, ready: Ready, { url, token }: Place): Promise<void> => {
  if (meant.length > 0 && !meant.includes(name)) return;
  taken.add(name);
  for (const colorScheme of ["light", "dark"] as const)
    await withPage(
      browser,
      async (page) => {
        if (token !== null) await signIn(page, url, token);
        for (const [width, viewport] of SIZES) {
          await page.setViewportSize(viewport);
          // A page that is loaded anew, as on a device of this size.
          await page.goto("about:blank");
          await page.goto(`${url}/#/${hash}`);
          await ready(page);
          await shoot(page, name, `${colorScheme}-${width}`);
        }
      },
      { colorScheme },
    );
};
/** Takes the pictures of pages whose server goes away while they are open; `hash`: the page, too. */
const takeGone = async (hashes: readonly string[], { url, token }: Place, leave: () => Promise<unknown>) => {
  const open = async (hash: string, colorScheme: "light" | "dark") =>
    Promise.all(
      SIZES.map(async ([width, viewport]) => {
        const context = await browser.newContext({ reducedMotion: "reduce", colorScheme, viewport });
        const page = await context.newPage();
        await signIn(page, url, token!);
        await page.goto(`${url}/#/${hash}`);
        await heading(page);
        await page.locator(".waiting").waitFor({ state: "detached" });
        return { context, page, name: `${hash}-gone`, form: `${colorScheme}-${width}` };
      }),
    );
  const wanted = hashes.filter((hash) => meant.length === 0 || meant.includes(`${hash}-gone`));
  for (const hash of wanted) taken.add(`${hash}-gone`);
  const opened = await Promise.all(wanted.flatMap((hash) => [open(hash, "light"), open(hash, "dark")]));
  await leave();
  for (const { context, page, name, form } of opened.flat()) {
    await page.locator("main[data-stale]").waitFor();
    await shoot(page, name, form);
    await context.close();
  }
};
/** Opens the dialog of a button, unless the dialog is open since the picture before. */
const openDialog = async (page: Page, name: string) => {
  const dialog = page.getByRole("dialog");
  if (!(await dialog.isVisible())) await page.getByRole("button", { name, exact: true }).click();
  await dialog.waitFor();
};
const heading = (page: Page) => page.getByRole("heading", { level: 1 }).waitFor();

/** Pages of the open shop: healthy, with a fault, with a leak, and of its runs and documents. */
const takeOfShop = async (shop: Shop): Promise<void> => {
  const { home } = shop;
  const takeHere = (name: string, hash: string, ready: Ready, token: string | null = shop.token) =>
    take(name, hash, ready, { url: shop.url, token });
  const startStorm = async (during: string): Promise<string> => {
    const body = { experiment: parse(STORM(during)), attached: false };
    return (await shop.ask<{ id: string }>("/runs", { method: "POST", body })).id;
  };
  const over = (run: string) =>
    eventually(
      async () => (await runsOf(shop)).find(({ id, state }) => id === run && state === "finished") ?? null,
      LEAK_MS,
    );
  await takeHere("mesh-healthy", "mesh", (page) => page.locator(".health.healthy, .service.healthy").first().waitFor());
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
  const held = (await runsOf(shop)).find(({ verdict }) => verdict === "HELD")?.id ?? broken;

  await takeHere("mesh", "mesh", async (page) => {
    await page.locator(".fault-mark, .health.fault").first().waitFor();
  });
  await takeHere("mesh-edge", "mesh?at=checkout-%3Epayments", (page) =>
    page.getByRole("heading", { name: "The fault" }).waitFor(),
  );
  await takeHere("mesh-service", "mesh?at=checkout", (page) => page.getByText("What stops the damage").waitFor());
  await takeHere("mesh-list", "mesh?view=list", (page) => page.locator(".mesh-list tbody tr").first().waitFor());
  await takeHere("halt-dialog", "mesh", async (page) => {
    await openDialog(page, "Halt all");
  });
  await takeHere("run-live", `runs/${live}`, (page) => page.getByText("RUNNING", { exact: true }).first().waitFor());
  await takeHere("agents", "agents", heading);
  await shop.ask(`/runs/${live}/halt`, { method: "POST", body: { reason: "seen enough" } });
  await running;
  await takeHere("run-halted", `runs/${live}`, (page) => page.getByRole("region", { name: "Verdict" }).waitFor());
  await takeHere("run-held", `runs/${held}`, (page) => page.getByRole("region", { name: "Verdict" }).waitFor());
  await takeHere("run", `runs/${broken}`, (page) => page.getByRole("region", { name: "Verdict" }).waitFor());
  await takeHere("run-download", `runs/${broken}`, async (page) => {
    const button = page.getByRole("button", { name: "Download" });
    if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
    await page.getByRole("link", { name: "SARIF" }).waitFor();
  });
  await takeHere("run-whole", `runs/${broken}`, (page) => page.getByRole("region", { name: "Verdict" }).waitFor());
  const leaking = await startStorm("290s");
  const isLeaking = async () => (await shop.ask<RunReport>(`/runs/${leaking}`)).radius?.leaks.length ?? 0;
  await eventually(async () => ((await isLeaking()) > 0 ? true : null), LEAK_MS);
  await takeHere("mesh-leak", "mesh", (page) => page.locator(".tag.leak, .mesh-list .health.leak").first().waitFor());
  const queued = await startStorm("6s");
  await takeHere("run-queued", `runs/${queued}`, (page) => page.getByText("QUEUED", { exact: true }).first().waitFor());
  await takeHere("runs-active", "runs", (page) => page.getByText("QUEUED", { exact: true }).first().waitFor());
  await shop.ask(`/runs/${leaking}/halt`, { method: "POST", body: { reason: "seen enough" } });
  await over(leaking);
  await over(queued);
  const calm = await startStorm("6s");
  await over(calm);
  await takeHere("run-leak", `runs/${leaking}`, (page) =>
    page.getByRole("heading", { name: "Blast radius" }).waitFor(),
  );
  await takeHere("run-compare", `runs/${leaking}?compare=${calm}`, (page) =>
    page.getByRole("table", { name: "Affected services" }).waitFor(),
  );
  await takeHere("runs", "runs", heading);
  await takeHere("experiments", "experiments", heading);
  await takeHere("experiment", `experiments/${SLOW}`, (page) => page.locator(".cm-content").waitFor());
  await takeHere("experiment-plan", "experiments/new", async (page) => {
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(shop.text(SLOW).replace("rate: 40/s", "rate: 20/s"));
    await page.getByRole("tab", { name: "Dry run" }).click();
    await page.getByText(/shows at best/).waitFor();
  });
  await takeHere("experiment-bad", "experiments/new", async (page) => {
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(shop.text(SLOW).replace(/latency: \{ delay: 2s.*/, BAD));
    await page
      .getByRole("button", { name: /latncy/ })
      .first()
      .waitFor();
  });
  await takeHere("break-this", "experiments/new?break=slow&edge=checkout-%3Epayments", (page) =>
    page.locator(".cm-content").waitFor(),
  );
  await takeHere("experiment-unknown", "experiments/nowhere", heading);
  await takeHere("run-unknown", "runs/nowhere", heading);
  await takeHere("schedules", "schedules", heading);
  await takeHere("policies", "policies", heading);
  await takeHere("tokens", "tokens", heading);
  await takeHere("audit", "audit", heading);
  await takeHere("settings", "settings", heading);
  await takeHere("schedule-form", `schedules?experiment=${SLOW}`, (page) => page.getByLabel("Cron").first().waitFor());
  await takeHere("start-dialog", "experiments", async (page) => {
    await openDialog(page, `Start ${SLOW}`);
    await page
      .getByRole("dialog")
      .getByText(/latency on 100%/)
      .waitFor();
  });
  await takeHere("sign-in", "mesh", heading, null);
  await takeHere("unknown", "nowhere", heading);
};
/** Pages of a server without anything, of one with policies and webhooks, and of one that is gone. */
const takeOfServers = async (): Promise<void> => {
  const ground = await openGround();
  try {
    // Without the mesh that a ground has: nothing is there yet.
    const serving = ground.squall(["serve", "--listen", "127.0.0.1:0", "--folder", join(ground.folder, "empty")]);
    const [, url] = await shows(serving, / at (https?:\/\/\S+?);/);
    const pages = ["mesh", "runs", "experiments", "schedules", "agents", "policies", "tokens", "audit", "settings"];
    for (const name of pages) await take(`empty-${name}`, name, heading, { url: url!, token: TOKEN });
    const config = join(ground.folder, "config.yaml");
    writeFileSync(config, WEBHOOKS);
    const ruled = await ground.serve("ruled", ["--config", config]);
    const authorization = `Bearer ${TOKEN}`;
    const stored = await fetch(`${ruled.url}/api/v1/documents/Policy/winter`, {
      ...{ method: "PUT", headers: { authorization, "content-type": "application/json" } },
      body: JSON.stringify(parse(FREEZES)),
    });
    if (!stored.ok) throw new Error(`the policy: ${stored.status} ${await stored.text()}`);
    const place = { url: ruled.url, token: TOKEN };
    await take("freezes-webhooks", "policies", (page) => page.getByText(/^Freeze, in force until/).waitFor(), place);
    await take("mesh-unwatched", "mesh", heading, place);
    await takeGone(["runs", "mesh"], place, async () => ruled.child.kill("SIGKILL"));
  } finally {
    await ground.close();
  }
};
const takeOfLargeMesh = async (): Promise<void> => {
  const large = await serveMadeUp(meshOf(300, 1_200));
  await take("mesh-300", "mesh", (page) => page.locator(".react-flow__node, .mesh-list").first().waitFor(), {
    ...{ url: large.url, token: "any will do" },
  });
  // The browser ends first, since its streams keep this server open.
  closings.push(large.close);
};

try {
  await takeOfServers();
  await takeOfLargeMesh();
  if (meant.length === 0 || meant.some((name) => !taken.has(name))) {
    const shop = await openShop();
    await takeOfShop(shop).finally(() => shop.close());
  }
} finally {
  await browser.close();
  for (const close of closings) await close();
}
