/**
 * The demo shop with a sidecar beside each caller, each under the CPU limit of a small container. What a limit holds up says
 * nothing of the shop: runs come to what they come to without it, and a sidecar that stands still breaks nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "../../experiments/model/report.ts";
import { lackOfCpuLimits } from "../cgroup.ts";
import { ask, eventually } from "../serve/ground.ts";
import { often } from "../soak.ts";
import { ROOT } from "../tiny.ts";
import { openSidecars, type Sidecars } from "./sidecars.ts";

/** Thousandths of a CPU: what sidecars in small clusters get. */
const MILLI = 50;
const SHOP = join(ROOT, "experiments/shop");
/** By experiment of the shop: verdict and reason word without a limit, as the file says. */
const EXPECTED = Object.fromEntries(
  readdirSync(SHOP)
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => {
      const text = readFileSync(join(SHOP, name), "utf8");
      const expected = /squall\.dev\/expect: ([^}]*?) *\}/.exec(text)?.[1];
      return expected === undefined ? [] : [[name.slice(0, -".yaml".length), expected] as const];
    }),
);
/** An experiment whose looks pass the sidecar of each service. */
const PASSING = {
  gateway: "catalog-survives-lost-inventory",
  catalog: "catalog-survives-lost-inventory",
  checkout: "checkout-survives-failing-payments",
};
const OPEN_MS = 240_000;
const RUN_MS = 180_000;
const LACK = lackOfCpuLimits();
const LEFT_OUT = LACK === null ? "" : ` (left out: ${LACK})`;

/** Again, twice at most, where this machine was too busy to ask in time: that says nothing of sidecars. */
const patiently = async (run: () => Promise<RunReport>, more = 2): Promise<RunReport> => {
  const report = await run();
  const isBusy = report.because === "errored" && report.reason.includes("late prober");
  return isBusy && more > 0 ? patiently(run, more - 1) : report;
};
const verdictOf = ({ verdict, because, reason }: RunReport) => ({ verdict, because, reason });

describe.skipIf(LACK !== null || often(true, false))(`sidecars under a limit of ${MILLI}m${LEFT_OUT}`, () => {
  let shop: Sidecars;
  beforeAll(async () => {
    shop = await openSidecars({ milli: MILLI });
  }, OPEN_MS);
  afterAll(() => shop?.close());

  it("start and are kept by their limit: what follows is no test of idle ones", () => {
    for (const { limit, service } of shop.agents) expect(limit!.stat().throttledMs, service).toBeGreaterThan(0);
  });
  it.each(Object.entries(EXPECTED))(
    "%s is %s, as without a limit",
    { timeout: RUN_MS },
    async (experiment, expected) => {
      const { verdict, because, reason } = await patiently(() => shop.run(experiment));
      expect(`${verdict} ${because}`, reason).toBe(expected === "HELD" ? "HELD held" : expected);
    },
  );
  it.each(Object.entries(PASSING))(
    "that of %s breaks nothing when it stands still for 700 ms",
    { timeout: RUN_MS },
    async (service, experiment) => {
      const { child } = shop.agents.find((agent) => agent.service === service)!;
      // None may be bad: a single look that the stall explains, and that counts, breaks it.
      const strict = (spec: { hypothesis?: { objective: string; minSamples?: number }[] }) => {
        for (const expectation of spec.hypothesis!) Object.assign(expectation, { objective: "100%", minSamples: 30 });
      };
      const running = shop.run(experiment, strict);
      await injecting(shop);
      await sleep(1_000);
      child.kill("SIGSTOP");
      await sleep(700);
      child.kill("SIGCONT");
      const report = await running;
      expect(report.verdict, report.reason).not.toBe("BROKEN");
      expect(report.verdict, report.reason).not.toBe("HALTED");
    },
  );
});

describe.skipIf(LACK !== null || often(true, false))(
  `sidecars under a limit, of a shop without defences${LEFT_OUT}`,
  () => {
    let shop: Sidecars;
    beforeAll(async () => {
      shop = await openSidecars({ milli: MILLI, shop: { SHOP_DEFENCES: "off" } });
    }, OPEN_MS);
    afterAll(() => shop?.close());

    it.each(["catalog-survives-lost-inventory", "checkout-survives-failing-payments"])(
      "%s is BROKEN",
      { timeout: RUN_MS },
      async (experiment) => {
        const report = await patiently(() => shop.run(experiment));
        expect(verdictOf(report)).toMatchObject({ verdict: "BROKEN", because: "expectation" });
      },
    );
  },
);

const injecting = ({ serving }: Sidecars) =>
  eventually(
    "a run injects",
    async () => {
      const { body } = await ask(serving.url, "/api/v1/runs?limit=1");
      const { runs } = body as { runs: readonly { state: string }[] };
      return runs[0]?.state === "injecting" || undefined;
    },
    60_000,
  );
