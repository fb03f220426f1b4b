/**
 * The shop with a separate agent beside each caller, of which a single agent stalls: the delay shows in the counts of
 * the other agents, and breaks no run there either.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { ask, eventually } from "../serve/ground.ts";
import { often } from "../soak.ts";
import { openSidecars, type Sidecar, type Sidecars } from "./sidecars.ts";

const STALL_MS = 700;
const OPEN_MS = 120_000;
const RUN_MS = 180_000;

const TRAFFIC = {
  name: "the mesh sees healthy checkouts",
  traffic: { from: "gateway", to: "checkout", match: { path: "/checkout" } },
  good: { status: "2xx", within: "600ms" },
  objective: "100%",
};
const BELOW = {
  name: "the mesh sees healthy payments",
  traffic: { from: "checkout", to: "payments" },
  good: { status: "2xx", within: "600ms" },
  objective: "100%",
};
const RATIO = {
  name: "no retry storm",
  ratio: { of: { from: "checkout", to: "inventory" }, per: { from: "gateway", to: "checkout" }, window: "2s" },
  good: { value: "<= 1.3" },
  objective: "100%",
};
const SHOPPERS = {
  name: "shoppers can check out",
  http: { to: "gateway", method: "POST", path: "/checkout", json: { sku: "kettle", quantity: 1 }, rate: "40/s" },
  good: { status: "2xx", within: "600ms" },
  objective: "100%",
};
const payments = { name: "payments is late", edge: { from: "checkout", to: "payments" }, latency: { delay: "100ms" } };
const catalog = { name: "the catalog is late", edge: { from: "gateway", to: "catalog" }, latency: { delay: "10ms" } };
const PHASES = { warmup: "1s", baseline: "4s", during: "11s", recovery: { within: "8s", hold: "1s" } };

let shop: Sidecars;
beforeAll(async () => {
  shop = await openSidecars({ milli: null });
}, OPEN_MS);
afterAll(() => shop?.close());

const agentOf = (service: string): Sidecar => shop.agents.find((agent) => agent.service === service)!;
const holdUp = async ({ child }: Sidecar): Promise<void> => {
  child.kill("SIGSTOP");
  await sleep(STALL_MS);
  child.kill("SIGCONT");
};
interface Trial {
  readonly hypothesis: readonly unknown[];
  readonly fault?: unknown;
  readonly phases?: Record<string, unknown>;
  /** State of the run in which the mishap is made. */
  readonly at?: string;
  readonly mishap: () => Promise<void>;
}
/**
 * A run in which no fault makes samples bad; repeated, twice at most, when a busy machine ended it before the mishap.
 */
const disturbed = async (trial: Trial, tries = 3): Promise<RunReport> => {
  const report = await tried(trial);
  if (typeof report !== "string") return report;
  if (tries === 1) throw new Error(`the run was over before its time: ${report}`);
  return disturbed(trial, tries - 1);
};
/** Returns the report, or the reason of a run that was over before the mishap. */
const tried = async ({ hypothesis, fault = payments, phases = {}, at = "injecting", mishap }: Trial) => {
  let over: RunReport | undefined;
  const ended = shop
    .run("checkout-survives-slow-payments", (spec) => {
      const limits = { callers: "any", deadline: "1m" };
      Object.assign(spec, { phases: { ...PHASES, ...phases }, hypothesis, faults: [fault], limits });
    })
    .then((report) => {
      over = report;
    });
  const come = await eventually(
    `a run is ${at}`,
    async () => {
      if (over !== undefined) return over.reason;
      const { body } = await ask(shop.serving.url, "/api/v1/runs?limit=1");
      const { runs } = body as { runs: readonly { state: string }[] };
      return runs[0]?.state === at ? null : undefined;
    },
    60_000,
  );
  if (come !== null) return come;
  await mishap();
  await ended;
  return over!;
};
/** A stall of Squall's own agent must neither count as the system's failure nor be forgotten. */
const expectUnbroken = ({ verdict, because, reason }: RunReport): void =>
  expect(["HELD held", "INCONCLUSIVE errored"], reason).toContain(`${verdict} ${because}`);

const ALL = [TRAFFIC, BELOW, RATIO, SHOPPERS];
const STOPPED = ["gateway", "checkout"];
/** Services whose agent is stalled: only the given service on every change, both in a soak. */
const stopped = (service: "gateway" | "checkout") => often([service], STOPPED);

describe("an agent of several that stands still for 700 ms", { timeout: RUN_MS }, () => {
  it.for(often([1], [1, 2, 3, 4, 5, 6]))(
    "breaks nothing that others count in mid-fault, whichever it is (%i)",
    async () => {
      const mishap = async () => {
        for (const agent of shop.agents) {
          await sleep(1_000 + Math.random() * 1_000);
          await holdUp(agent);
        }
      };
      expectUnbroken(await disturbed({ hypothesis: ALL, mishap }));
    },
  );
  it.for(stopped("checkout"))("breaks nothing twice in a row: %s", async (service) => {
    const mishap = async () => {
      await sleep(2_000);
      await holdUp(agentOf(service));
      await sleep(30 + Math.random() * 100);
      await holdUp(agentOf(service));
    };
    expectUnbroken(await disturbed({ hypothesis: ALL, phases: { during: "6s" }, mishap }));
  });
  it.for(stopped("gateway"))("breaks nothing over the end of the fault: %s", async (service) => {
    const mishap = async () => {
      await sleep(4_500 + Math.random() * 200);
      await holdUp(agentOf(service));
    };
    const hypothesis = [TRAFFIC, BELOW, SHOPPERS];
    expectUnbroken(await disturbed({ hypothesis, phases: { during: "5s" }, mishap }));
  });
  it.for(stopped("checkout"))("is not taken for an unsteady system before the fault: %s", async (service) => {
    const mishap = async () => {
      await sleep(500 + Math.random() * 2_500);
      await holdUp(agentOf(service));
    };
    expectUnbroken(await disturbed({ hypothesis: ALL, phases: { during: "5s" }, at: "baseline", mishap }));
  });
  it.for(stopped("gateway"))("is not taken for a system that does not come back: %s", async (service) => {
    const mishap = async () => {
      await sleep(500);
      await holdUp(agentOf(service));
    };
    const phases = { during: "3s", recovery: { within: "2s", hold: "2s" } };
    expectUnbroken(await disturbed({ hypothesis: [TRAFFIC, BELOW, SHOPPERS], phases, at: "recovering", mishap }));
  });
  it.for(often([100], [100, 200, 400]))("breaks no probe that gives up after %i ms", async (timeoutMs) => {
    const http = { to: "gateway", path: "/items", rate: "60/s", timeout: `${timeoutMs}ms` };
    const hypothesis = [{ ...SHOPPERS, http, good: { status: "2xx" } }];
    const mishap = async () => {
      for (let i = 0; i < 3; i++) {
        await sleep(1_000 + Math.random() * 1_000);
        await holdUp(agentOf("gateway"));
      }
    };
    expectUnbroken(await disturbed({ hypothesis, fault: catalog, mishap }));
  });
  it("does not hide that a system is broken, nor make it green", async () => {
    const ledger = {
      name: "the ledger is slow",
      edge: { from: "checkout", to: "ledger" },
      latency: { delay: "900ms" },
    };
    const mishap = async () => {
      for (const service of STOPPED) {
        await sleep(500);
        await holdUp(agentOf(service));
      }
    };
    const { verdict, because, reason } = await disturbed({ hypothesis: [TRAFFIC, SHOPPERS], fault: ledger, mishap });
    expect([verdict, because], reason).toEqual(["BROKEN", "expectation"]);
  });
  it("and dies of it, breaks nothing: the run is halted", async () => {
    const mishap = async () => {
      await sleep(1_500);
      await holdUp(agentOf("checkout"));
      agentOf("checkout").child.kill("SIGKILL");
    };
    const { verdict, because, reason } = await disturbed({ hypothesis: [TRAFFIC, SHOPPERS], mishap });
    expect([verdict, because], reason).toEqual(["HALTED", "agent-lost"]);
  });
});
