/**
 * Leaks through a shared dependency, seen at the front door (PROOF.md 5): a slow bank starves a service that never
 * calls the bank, by a lock that both need.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRecord } from "../../cli/session/server-record.ts";
import { foldJournal, type JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { often } from "../soak.ts";
import { ended, run, squall, start, withHome } from "../tiny.ts";
import { until } from "../waiting.ts";
import { writePool, writePoolExperiment } from "./pool.ts";

const TIMEOUT_MS = 120_000;

describe.concurrent("damage beyond the declared radius", { timeout: TIMEOUT_MS }, () => {
  it("breaks a run whose own hypothesis holds, and says who leaked, where and since when", () =>
    withHome(async (home) => {
      await writePool(home);
      const { runs, code } = await run(home, writePoolExperiment(home));
      const [{ verdict, because, reason, radius, expectations, spans, audit } = {} as RunReport] = runs;
      expect({ verdict, because, code }, reason).toEqual({ verdict: "BROKEN", because: "leak", code: 1 });
      expect(reason).toMatch(
        /^(stock|lock) (?:is not declared|may only get slower), but fails: \d+% of calls from \w+ fail \(\d.*before\), since \+/,
      );
      // The expectation, cut short by the leak, may have too few samples to be met; a broken expectation is not the
      // reason.
      expect(expectations[0]!.met).not.toBe(false);
      expect(radius!.leaks.map(({ edge }) => edge)).toContain(
        reason.startsWith("stock") ? "shopper->stock" : "stock->lock",
      );
      expect(radius!.leaks[0]!.sinceMs).toBeGreaterThanOrEqual(spans.during!.fromMs - 1_000);
      expect(radius!.services.find(({ service }) => service === "bank")).toBeUndefined();
      // The leak ends the fault early; the ordinary recovery and audit follow.
      expect(spans.during!.toMs! - spans.during!.fromMs).toBeLessThan(14_000);
      expect(audit.map(({ grade }) => grade)).toEqual(["attested"]);
      const { stdout } = await squall(home, "report", runs[0]!.id, "--format", "markdown");
      expect(stdout).toMatch(/\| (stock|lock) \| \*\*failing \(leak\)\*\* \|/);
    }));

  it("is only reported where the file says so, and the run goes on to its end", () =>
    withHome(async (home) => {
      await writePool(home);
      const { runs } = await run(home, writePoolExperiment(home, { limits: "{ leak: report }" }));
      expect(runs[0]).toMatchObject({ verdict: "HELD" });
      expect(runs[0]!.radius!.leaks.length).toBeGreaterThan(0);
      expect(runs[0]!.reason).toMatch(/Radius measured on 3 of 3 edges; below \d+% errors nothing could be seen on/);
    }));

  it("is none where the damaged services are named", () =>
    withHome(async (home) => {
      await writePool(home);
      const { runs } = await run(home, writePoolExperiment(home, { limits: "{ services: [lock, stock] }" }));
      expect(runs[0], runs[0]!.reason).toMatchObject({ verdict: "HELD", radius: { leaks: [], beyond: 0 } });
      expect(runs[0]!.radius!.services.map(({ service }) => service)).toContain("stock");
    }));

  it("is none where nothing is shared, and an edge that nobody uses is INCONCLUSIVE only for who requires it seen", () =>
    withHome(async (home) => {
      await writePool(home, { HOLDS: "no" });
      const quick = { phases: "{ warmup: 1s, baseline: 4s, during: 8s, recovery: { within: 5s, hold: 1s } }" };
      const strict = writePoolExperiment(home, { ...quick, name: "strict", limits: "{ leak: require }" });
      const [usual, required] = (await run(home, writePoolExperiment(home, quick), strict)).runs;
      expect(usual, usual!.reason).toMatchObject({ verdict: "HELD", radius: { leaks: [] } });
      expect(usual!.reason).toContain("Radius measured on 2 of 3 edges");
      expect(required).toMatchObject({ verdict: "INCONCLUSIVE", because: "radius-unseen" });
      expect(required!.reason).toContain("too little passed orders → lock");
    }));

  it("stays BROKEN when everything of the run is killed while it recovers", () =>
    withHome(async (home) => {
      await writePool(home);
      const phases = "{ warmup: 1s, baseline: 6s, during: 20s, recovery: { within: 60s, hold: 60s } }";
      const child = start(home, ["run", writePoolExperiment(home, { phases }), "--events"]);
      const over = ended(child);
      const id = await leaking(child);
      child.kill("SIGKILL");
      await over;
      const { stdout } = await squall(home, "report", id, "--format", "json");
      const [report] = (JSON.parse(stdout) as { runs: RunReport[] }).runs;
      expect(report).toMatchObject({ verdict: "BROKEN", because: "leak" });
      expect(report!.radius!.leaks.length).toBeGreaterThan(0);
    }));
});

describe("damage that no live run declares", () => {
  it("halts all of them, since it may be the doing of any", { timeout: TIMEOUT_MS }, () =>
    withHome(async (home) => {
      await writePool(home);
      const up = start(home, ["up", join(home, "mesh.yaml")]);
      const over = ended(up);
      try {
        await until("the mesh is up", async () => (await readRecord(join(home, "up/pool.json"))) !== null, 60_000);
        const phases = "{ warmup: 1s, baseline: 6s, during: 30s, recovery: { within: 5s, hold: 1s } }";
        const other = writePoolExperiment(home, {
          ...{ name: "other", phases },
          hypothesis: `    - { name: shoppers shop, http: { to: shopper, every: 60ms, timeout: 4s }, good: { status: 2xx }, objective: 50%, minSamples: 5 }`,
          faults: `    - { name: stock is far away, edge: { from: shopper, to: stock }, hits: { atLeast: 3 }, latency: { delay: 2ms } }`,
        });
        const both = await Promise.all([run(home, other), run(home, writePoolExperiment(home, { phases }))]);
        const ends = both.map(({ runs: [{ verdict, because } = {} as RunReport] }) => ({ verdict, because }));
        const unclaimed = { verdict: "HALTED", because: "unclaimed-damage" };
        expect(ends, both[1].runs[0]!.reason).toEqual([unclaimed, unclaimed]);
        expect(both[0].runs[0]!.reason).toContain("none declares this: lock is not declared, but fails");
      } finally {
        up.kill("SIGTERM");
        await over;
      }
    }),
  );
});

/**
 * False leaks (PROOF.md 5): services that fail half a percent of their answers without any fault, on a machine with one
 * core busy. Fifty runs in sequence, each with a new mesh, take a quarter of an hour; two meshes at once, each for
 * half of the runs, take eight minutes.
 */
describe("a shop that fails a little by itself", () => {
  const RUNS = often(1, 50);
  const MESHES = often(1, 2);
  const EACH = RUNS / MESHES;
  const runsIn = async (home: string): Promise<readonly RunReport[]> => {
    await writePool(home, { FAIL: "0.005", HOLDS: "no" });
    const phases = "{ warmup: 500ms, baseline: 4s, during: 8s, recovery: { within: 5s, hold: 500ms } }";
    const { runs } = await run(home, writePoolExperiment(home, { phases, delay: "20ms" }), "--repeat", String(EACH));
    return runs;
  };
  it(`has no leak in ${RUNS} runs with one core busy`, { timeout: 60_000 + EACH * 45_000 }, async () => {
    const busy = RUNS > 1 ? spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }) : null;
    try {
      const each = await Promise.all(Array.from({ length: MESHES }, () => withHome(runsIn)));
      const told = each.flat().map(({ verdict, because, reason, radius }) => {
        return { verdict, because, reason, leaks: radius?.leaks.length ?? 0, measured: radius?.measured.length ?? 0 };
      });
      expect(told).toHaveLength(RUNS);
      // A machine busier than meant delays samples and stalls agents, which is no verdict on the shop.
      const isClean = ({ verdict, because, leaks }: (typeof told)[number]) =>
        leaks === 0 && (verdict === "HELD" || because === "agent-stalled" || because === "errored");
      expect(told.filter((one) => !isClean(one))).toEqual([]);
      // An edge counts as measured only where damage would have been proven; elsewhere a report without damage is no
      // proof.
      const seen = told.filter(({ measured }) => measured >= 2);
      expect(seen.length, JSON.stringify(told)).toBeGreaterThanOrEqual(0.9 * RUNS);
    } finally {
      busy?.kill("SIGKILL");
    }
  });
});

/**
 * Resolves with the run's id once the faults are taken back, which only a leak does ahead of the planned end. Reads the
 * events of the run: a command for each look would take a third of a second of CPU from the run.
 */
const leaking = async ({ stdout }: ChildProcess): Promise<string> => {
  let text = "";
  stdout!.setEncoding("utf8").on("data", (more: string) => (text += more));
  let id = "";
  const look = () => {
    const lines = text.slice(0, text.lastIndexOf("\n") + 1).trim();
    if (lines === "") return false;
    const run = foldJournal(lines.split("\n").map((line) => JSON.parse(line) as JournalRecord));
    if (run?.at === "finished") throw new Error(`the run is over before a leak: ${run.verdict}: ${run.reason}`);
    id = run?.plan.run ?? "";
    return run?.at === "reverting" || run?.at === "recovering";
  };
  await until("a leak takes the faults back", look, 60_000);
  return id;
};
