/**
 * `npm run pictures`: the pictures of README, each of a real run of the demo shop: docs/run.svg, a terminal after the
 * run; docs/mesh.png, the mesh page in the middle of the run. `-- --out FOLDER`: write elsewhere than docs/.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright";
import { ensureBrowser } from "../../scripts/browser.ts";
import { screenSvg } from "../../scripts/terminal-svg.ts";
import { openNetwork } from "../network.ts";
import { ended, ROOT, start } from "../tiny.ts";
import { screenAfter } from "./recorded-screen.ts";
import { lasting, openShop } from "./shop.ts";
import { launch, signIn, withPage } from "./stage.ts";

const SLOW = "checkout-survives-slow-payments";
const FILE = `experiments/shop/${SLOW}.yaml`;
const COLUMNS = 104;
/** Wait for visible damage: five seconds of latency distributions, and a margin. */
const DAMAGE_MS = 12_000;
const VIEW = { width: 1440, height: 660 };

const { values } = parseArgs({ options: { out: { type: "string", default: join(ROOT, "docs") } } });
const folder = resolve(values.out);
mkdirSync(folder, { recursive: true });

/** Draws the screen of a terminal after the run, below the typed command. */
const drawTerminal = async (browser: Browser): Promise<string> => {
  const home = mkdtempSync(join(tmpdir(), "squall-picture-"));
  const network = await openNetwork();
  const { CI: _, NO_COLOR: __, GITHUB_ACTIONS: ___, ...rest } = process.env;
  try {
    const argv = network.within([process.execPath, "cli/squall.js", "run", FILE]);
    const env = { ...rest, SQUALL_HOME: home, COLORTERM: "truecolor", FORCE_COLOR: "1" };
    const { code, lines } = await screenAfter(browser, argv, { columns: COLUMNS, env });
    if (code !== 0) throw new Error(`the run that was to be drawn ended with ${code}`);
    const plain = { color: null, bold: false, dim: false };
    const typed = [
      { ...plain, column: 0, text: "$", dim: true },
      { ...plain, column: 2, text: `npx squall run ${FILE}`, bold: true },
    ];
    const title = "A run in the terminal: the hypothesis holds while payments is slow";
    const path = join(folder, "run.svg");
    writeFileSync(path, screenSvg({ columns: COLUMNS, lines: [typed, ...lines], title }));
    return path;
  } finally {
    await network.close();
    rmSync(home, { recursive: true, force: true });
  }
};

/** Draws the mesh page while the fault is live and the damage shows, in light mode. */
const drawMesh = async (browser: Browser): Promise<string> => {
  const shop = await openShop();
  try {
    const { home, url, token } = shop;
    const running = ended(start(home, ["run", shop.experiment(SLOW, lasting), "--mesh", join(home, "mesh.yaml")]));
    const path = join(folder, "mesh.png");
    await withPage(
      browser,
      async (page) => {
        await signIn(page, url, token);
        await page.setViewportSize(VIEW);
        await page.goto(`${url}/#/mesh`);
        await page.locator(".fault-mark, .legend-sign.fault").first().waitFor();
        // Wait for all three services declared to be affected; on a machine that was slow before, the fault makes no visible
        // difference.
        await page
          .getByText("slow", { exact: true })
          .nth(2)
          .waitFor({ timeout: DAMAGE_MS })
          .catch(() => process.stderr.write("no damage shows: draw it again when this machine is idle\n"));
        // Let the drawing come to rest first.
        await page.waitForTimeout(1_500);
        await page.screenshot({ path });
      },
      { colorScheme: "light" },
    );
    const { runs } = await shop.ask<{ runs: readonly { id: string }[] }>("/runs");
    await shop.ask(`/runs/${runs[0]!.id}/halt`, { method: "POST", body: { reason: "seen enough" } });
    await running;
    return path;
  } finally {
    await shop.close();
  }
};

ensureBrowser();
const browser = await launch();
try {
  for (const path of [await drawTerminal(browser), await drawMesh(browser)])
    process.stdout.write(`${path} ${Math.ceil(statSync(path).size / 1_000)} kB\n`);
} finally {
  await browser.close();
}
