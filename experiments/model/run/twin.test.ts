/**
 * Truth is a twin: a HELD is deserved if the same world without its defences breaks. Random services stand before
 * random faults, as marks, receipts and samples would show them to the state machine; no HELD may have a twin that
 * holds as well.
 */

import { describe, expect, it } from "vitest";
import { often } from "../../../test/soak.ts";
import { readDocuments } from "../document/document.ts";
import { explainExperiment } from "../explain/experiment.ts";
import { heldViolations } from "../journal/held-invariant.ts";
import { readExperiment } from "../read/experiment.ts";
import type { ReasonCode, Verdict } from "../verdict/verdict.ts";
import { simulate } from "./simulation.ts";
import { alikeOf, DURING_MS, planOf, play, serviceOf, type TwinService, twinOf } from "./twin-world.ts";

const verdictOf = (service: TwinService) => {
  const plan = planOf(service);
  const { at, draws, hits, unmarked, stalls } = play(service);
  const { run, events } = simulate(plan, {
    sample: (_of, atMs) => at(atMs).outcome,
    meets: (_of, atMs) => at(atMs).meets,
    took: (_of, atMs) => at(atMs).took,
    ...(service.share === 1 ? {} : { draws: (_of: string, atMs: number) => draws(atMs) }),
    hitsBy: (_fault, liveMs) => hits(liveMs),
    unmarked: () => unmarked,
    happens: stalls.map((stall) => ({ type: "stalled", atMs: stall.toMs, ...stall })),
  });
  if (run.at !== "finished") throw new Error(`world ${service.seed} has no end`);
  if (run.spans.during !== undefined) expect(run.spans.during.fromMs).toBe(DURING_MS);
  expect(heldViolations(plan, events)).toEqual([]);
  return run;
};

const twinBreaks = (service: TwinService): boolean => verdictOf(twinOf(service)).verdict === "BROKEN";
const REDRAWN = Array.from({ length: 20 }, (_, i) => (i + 1) * 1_000_003);
/**
 * Tells whether no rule can know that the twin breaks: with other draws the twin holds, in at least 1 case of 20, or
 * the twin of a service that looks alike holds.
 */
const isTossUp = (service: TwinService): boolean => {
  const holds = (of: TwinService, more: number) => !twinBreaks({ ...of, seed: of.seed + more });
  const alike = alikeOf(service);
  return (
    (alike !== null && REDRAWN.slice(0, 5).some((more) => holds(alike, more))) ||
    REDRAWN.some((more) => holds(service, more))
  );
};

/** Warnings of `plan` before a run of such an experiment, written as a file; empty: none. */
const warningsOf = (() => {
  const known = new Map<string, readonly string[]>();
  return ({ objective, share }: TwinService): readonly string[] => {
    const key = `${objective} ${share}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const text = `apiVersion: squall.dev/v1
kind: Experiment
metadata: { name: twin }
spec:
  mesh: ./mesh.yaml
  hypothesis:
    - name: shoppers can check out
      http: { to: gateway, path: /checkout, rate: 40/s, timeout: 2s }
      good: { status: 2xx, within: 500ms }
      objective: ${100 * objective}%
  faults:
    - name: payments is slow
      edge: { from: checkout, to: payments }
      share: ${100 * share}%
      latency: { delay: 2s }
`;
    const read = readExperiment(readDocuments(text, "twin.yaml").documents[0]!);
    const said =
      "experiment" in read
        ? explainExperiment(read.experiment).filter((line) => line.startsWith("Warning:"))
        : read.problems.map(({ message }) => message);
    known.set(key, said);
    return said;
  };
})();

/** Number of worlds; the soak runs all. */
const WORLDS = often(200, 10_000);
/** Figures of the worlds of a kind. */
interface Figures {
  worlds: number;
  held: number;
  broken: number;
  undeserved: number;
  readonly inconclusive: Map<ReasonCode, number>;
  /**
   * Worlds whose twin breaks (`breaks`); among those the worlds that `plan` warned of (`warned`), and among the rest
   * the INCONCLUSIVE worlds (`silent`); among these the worlds that no rule could tell (`tossUps`).
   */
  breaks: number;
  warned: number;
  silent: number;
  tossUps: number;
}
const kindsOf = ({
  nature,
  defence,
  reach,
  marks,
  load,
  natural,
  throttle,
  at,
  passing,
}: TwinService): readonly string[] =>
  passing > 0
    ? [PASSING, `${PASSING}: ${passing}`]
    : [
        ...[
          "all",
          `at: ${at}`,
          `defence: ${defence}`,
          `nature: ${nature}`,
          `marks: ${marks}`,
          `throttled agent: ${throttle}`,
        ],
        load === 0 ? "no other load" : "other load",
        natural === 0 ? "no natural errors" : "natural errors",
        ...(marks < 1 && reach === 0 ? ["no mark and no reach"] : []),
        // Hits are counted exactly where each arriving sample bears a mark and no cache or breaker keeps samples back.
        ...(marks === 1 && nature === "asks" ? [PLAIN] : []),
      ];
const PLAIN = "asks under its mark";
/** Worlds apart: on all calls, those that pass by make no verdict, as `plan` and the run say. */
const PASSING = "calls pass the redirect by";
const percent = (part: number, all: number): string => (all === 0 ? "" : ` (${((100 * part) / all).toFixed(2)}%)`);
const rowOf = (kind: string, of: Figures): string => {
  const reasons = [...of.inconclusive].map(([because, count]) => `${because} ${count}`).join(", ");
  return [
    `${kind}: ${of.worlds} worlds, ${of.held} HELD (${of.undeserved} undeserved), ${of.broken} BROKEN`,
    `INCONCLUSIVE: ${reasons === "" ? "none" : reasons}`,
    `${of.breaks} twins break; of those ${of.warned} warned of${percent(of.warned, of.breaks)} and ${of.silent} INCONCLUSIVE${percent(of.silent, of.breaks)}, ${of.tossUps} of them toss-ups`,
  ].join("; ");
};

class Tally {
  readonly kinds = new Map<string, Figures>();
  readonly undeserved: string[] = [];
  /**
   * Seeds of INCONCLUSIVE worlds whose twins break and of which `plan` did not warn; with a `?` where no rule could
   * tell.
   */
  readonly silent: string[] = [];

  add(
    service: TwinService,
    run: { readonly verdict: Verdict | null; readonly because: ReasonCode; readonly reason: string },
    breaks: boolean,
  ): void {
    const isWarned = warningsOf(service).length > 0;
    const isUndeserved = run.verdict === "HELD" && !breaks;
    if (isUndeserved) this.undeserved.push(`${JSON.stringify(service)} ${run.reason}`);
    const isMissed = breaks && !isWarned && run.verdict === "INCONCLUSIVE";
    const tossUp = isMissed && isTossUp(service);
    if (isMissed) this.silent.push(`${service.seed}${tossUp ? "?" : ""}`);
    for (const kind of kindsOf(service)) {
      const of = this.#of(kind);
      of.worlds++;
      if (run.verdict === "HELD") of.held++;
      if (run.verdict === "BROKEN") of.broken++;
      if (isUndeserved) of.undeserved++;
      const isSilent = run.verdict === "INCONCLUSIVE";
      if (isSilent) of.inconclusive.set(run.because, (of.inconclusive.get(run.because) ?? 0) + 1);
      if (!breaks) continue;
      of.breaks++;
      if (isWarned) of.warned++;
      else if (isSilent) of.silent++;
      if (tossUp) of.tossUps++;
    }
  }
  #of(kind: string): Figures {
    const known = this.kinds.get(kind);
    if (known !== undefined) return known;
    const none: Figures = {
      ...{
        worlds: 0,
        held: 0,
        broken: 0,
        undeserved: 0,
        inconclusive: new Map(),
        breaks: 0,
        warned: 0,
        silent: 0,
        tossUps: 0,
      },
    };
    this.kinds.set(kind, none);
    return none;
  }
}

describe("a HELD", () => {
  it("is never given to a world whose twin without defences holds as well", { timeout: 3_600_000 }, () => {
    const tally = new Tally();
    for (let seed = 0; seed < WORLDS; seed++) {
      const service = serviceOf(seed);
      const run = verdictOf(service);
      const isOwnTwin = service.defence === "none" && service.throttle === "none";
      const twin = isOwnTwin ? run : verdictOf(twinOf(service));
      tally.add(service, run, twin.verdict === "BROKEN");
    }
    if (WORLDS > 1_000)
      process.stdout.write(
        `${[...tally.kinds]
          .map(([kind, of]) => rowOf(kind, of))
          .sort()
          .join("\n")}\nsilent: ${tally.silent.join(" ")}\n`,
      );
    expect(tally.undeserved).toEqual([]);
    const all = tally.kinds.get("all")!;
    expect(all.held).toBeGreaterThan(WORLDS / 5);
    expect(all.warned).toBeLessThan(all.breaks * 0.02);
    // Few worlds stray: of 10,000 the share is 1.9%, of the 340 of 600 whose twins break 3.2% at two standard
    // deviations.
    expect(all.silent - all.tossUps).toBeLessThan(all.breaks * (WORLDS > 1_000 ? 0.01 : 0.02));
    expect(all.silent).toBeLessThan(all.breaks * (WORLDS > 1_000 ? 0.02 : 0.04));
    const plain = tally.kinds.get(PLAIN)!;
    expect(plain.silent).toBeLessThan(plain.breaks * (WORLDS > 1_000 ? 0.01 : 0.03));
  });
});
