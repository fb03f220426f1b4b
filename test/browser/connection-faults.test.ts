/**
 * Connection faults on the mesh page: an exchange that was struck before it was read counts as an exchange without an
 * answer. Both callers open 20 connections a second, over HTTP and over TCP, and answer without their callees.
 */
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readRecord } from "../../cli/session/server-record.ts";
import type { Api } from "../../server/contract/index.ts";
import { often } from "../soak.ts";
import { ended, start, withHome } from "../tiny.ts";
import { writeFallbacks } from "./fallbacks.ts";
import { complaintsOf, describeInBrowser, eventually, launch, runsOf, signIn, withPage } from "./stage.ts";

/** Calls a second on each edge: counted within a window of whole seconds, on a machine that may be busy. */
const [LEAST, MOST] = [10, 30];
interface Case {
  readonly how: string;
  readonly fault: Readonly<Record<string, unknown>>;
  /** Text on the bolt. */
  readonly bolt: RegExp;
  /** State of the struck edge: all connections are struck, or half of them. */
  readonly state: "unreachable" | "failing";
  /** Why the damage stops at the callers. */
  readonly stop: "timeout" | "fallback";
}
const CASES: readonly Case[] = [
  {
    ...{ how: "partition: reset", fault: { partition: { how: "reset" } }, bolt: /reset on 100%/ },
    ...{ state: "unreachable", stop: "fallback" },
  },
  {
    ...{ how: "partition: blackhole", fault: { partition: { how: "blackhole" } }, bolt: /blackhole on 100%/ },
    ...{ state: "unreachable", stop: "timeout" },
  },
  {
    ...{ how: "partition: stall", fault: { partition: { how: "stall" } }, bolt: /stall on 100%/ },
    ...{ state: "unreachable", stop: "timeout" },
  },
  {
    ...{ how: "reset", fault: { reset: { after: "0s" } }, bolt: /reset.* on 100%/ },
    ...{ state: "unreachable", stop: "fallback" },
  },
  {
    ...{ how: "reset of every other connection", fault: { share: "50%", reset: { after: "0s" } } },
    ...{ bolt: /reset.* on 50%/, state: "failing", stop: "fallback" },
  },
];
const STRUCK = [
  { caller: "web", callee: "stock", word: "http" },
  { caller: "till", callee: "store", word: "tcp" },
] as const;
const experimentOf = ({ fault }: Case) => ({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name: "cut-connections" },
  spec: {
    phases: { warmup: "1s", baseline: "5s", during: "90s", recovery: { within: "20s", hold: "1s" } },
    hypothesis: [
      {
        name: "the web answers",
        http: { to: "web", every: "200ms", timeout: "2s" },
        ...{ good: { status: "2xx" }, objective: "80%" },
      },
    ],
    faults: STRUCK.map(({ caller, callee, word }) => ({
      ...{ name: `${callee} is cut off (${word})`, edge: { from: caller, to: callee }, hits: { atLeast: 1 } },
      ...fault,
    })),
    // Callers that give up wait for 300 ms: slower answers, which this mesh can bear.
    limits: { deadline: "5m", harm: { p95: "1000x" } },
  },
});

const STOPS = {
  timeout: (callee: string) => `it gives up on ${callee} in time`,
  fallback: (callee: string) => `it answers without ${callee}`,
};

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Row of an edge in the list of the mesh: the word for its state, and its requests a second. */
const edgeRow = (page: Page, caller: string, callee: string) =>
  page.getByRole("region", { name: "Edges" }).getByRole("row", { name: `${caller} → ${callee}` });
const saysTheTruth = async (page: Page, one: Case) => {
  for (const { caller, callee } of STRUCK) {
    const row = edgeRow(page, caller, callee);
    await row.locator(`.health.${one.state}`).waitFor();
    await row.locator(".health.fault").getByText(one.bolt).waitFor();
    const figureOf = async (column: string) =>
      Number.parseFloat(await row.locator(`[data-word="${column}"]`).innerText());
    const rate = await figureOf("Requests");
    expect(rate, `${one.how}: ${caller} → ${callee}`).toBeGreaterThanOrEqual(LEAST);
    expect(rate, `${one.how}: ${caller} → ${callee}`).toBeLessThanOrEqual(MOST);
    // Half of the exchanges, or all of them, have no answer; the figure reaches back for some seconds.
    const isMeant = (errors: number) => (one.state === "unreachable" ? errors >= 99 : Math.abs(errors - 50) < 25);
    await eventually(async () => (isMeant(await figureOf("Errors")) ? true : null));
    const services = page.getByRole("region", { name: "Services" });
    await services.getByRole("row", { name: callee }).locator(".health.struck").waitFor();
    const contained = services.getByRole("row", { name: new RegExp(`^${caller}`) });
    await contained.getByText(`contained (${one.stop})`).waitFor();
  }
};

describeInBrowser("the mesh page under connection faults", { timeout: 240_000 }, () => {
  it("shows the real rate, one state, and why the damage stops, over HTTP and TCP", () =>
    withHome(async (home) => {
      const up = start(home, ["up", await writeFallbacks(home)]);
      const over = ended(up);
      try {
        const { url, token } = await eventually(() => readRecord(join(home, "up/fallbacks.json")));
        const ask = async <T>(path: string, body?: unknown): Promise<T> => {
          const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
          const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
          const response = await fetch(`${url}/api/v1${path}`, { headers, ...sent });
          if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
          return (await response.json()) as T;
        };
        const steady = () =>
          eventually(async () => {
            const { edges, faults } = await ask<Api["GET /api/v1/traffic"]["reply"]>("/traffic");
            const busy = edges.filter(({ perSecond, errors }) => perSecond > LEAST && errors === 0);
            return (faults.length === 0 && busy.length === 4) || null;
          });
        await withPage(
          browser,
          async (page) => {
            const complaints = complaintsOf(page);
            await signIn(page, url, token);
            for (const one of often([CASES[0]!, CASES[2]!], CASES)) {
              await steady();
              const { id } = await ask<{ id: string }>("/runs", { experiment: experimentOf(one), attached: false });
              await page.goto(`${url}/#/mesh?view=list`);
              await saysTheTruth(page, one);
              for (const { caller, callee } of STRUCK) {
                await page.goto(`${url}/#/mesh?at=${caller}`);
                const panel = page.getByRole("complementary", { name: `Selected: ${caller}` });
                const stops = panel.locator("section", { hasText: "What stops the damage" });
                await stops.getByText(STOPS[one.stop](callee)).waitFor();
                const said = await stops.innerText();
                expect(said, one.how).toMatch(/its calls to \w+ fail \(0% before\)/);
                expect(said, one.how).not.toMatch(/no more|nothing sent|down to/);
                // The drawn edge says the same as the list.
                await page.goto(`${url}/#/mesh?at=${caller}-%3E${callee}`);
                await page.locator(".fault-mark", { hasText: one.bolt }).first().waitFor();
                // A level line has no height, which counts as hidden.
                await page.locator(`.stroke.${one.state}`).first().waitFor({ state: "attached" });
                const facts = page.getByRole("complementary", { name: `Selected: ${caller} → ${callee}` });
                await facts.locator(`.health.${one.state}`).first().waitFor();
                expect(await facts.innerText()).not.toMatch(/→ 0\/s/);
              }
              await ask(`/runs/${id}/halt`, { reason: "seen" });
              await eventually(async () => {
                const run = (await runsOf({ url, token })).find((run) => run.id === id);
                return run?.state === "finished" || null;
              });
              await page.goto(`${url}/#/runs/${id}`);
              const radius = page.locator("section", { has: page.getByRole("heading", { name: "Blast radius" }) });
              for (const { caller, callee } of STRUCK) {
                const row = radius.getByRole("row", { name: new RegExp(`^${caller}`) });
                await row.getByText(`contained (${one.stop})`).waitFor();
                expect(await row.innerText(), one.how).toContain(STOPS[one.stop](callee));
              }
            }
            expect(complaints).toEqual([]);
          },
          { viewport: { width: 1440, height: 900 } },
        );
      } finally {
        up.kill("SIGTERM");
        await over;
      }
    }));
});
