import { describe, expect, it } from "vitest";
import type { MarkReports } from "../../agent/contract/index.ts";
import { machineClockOf } from "../../agent/contract/machine-clock.ts";
import { asAgentBoot, asEdgeId, asFaultId, asInstance, asRunId, type FaultId } from "../../experiments/model/names.ts";
import { Puppet, stage } from "../../test/fleet/puppet.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { planOf } from "../../test/server/plans.ts";
import { bootId, timeNamespace } from "../keeper/processes.ts";
import type { Hello } from "./agent.ts";
import type { FleetConfig } from "./fleet.ts";
import type { PulseMarks } from "./registered-run.ts";

const ID = asFaultId("run-1/slow@a->b");
const MARK = {
  ...{ key: "00112233445566778899aabbccddeeff", tag: 7 },
  faults: [{ id: ID, edge: asEdgeId("a->b"), match: null, endpoints: null }],
};
/** A run that marks its probes, with an agent that supports marks and an agent that does not. */
const marked = (config: Partial<FleetConfig> = {}, hello: Partial<Hello> = {}) => {
  const all = stage(config);
  const { clock, fleet } = all;
  const heard: (readonly [string, PulseMarks])[] = [];
  const [knowing, old] = [
    new Puppet(asAgentBoot("b2"), { knows: ["marks", "draws", "later words"], ...hello }),
    new Puppet(asAgentBoot("b3")),
  ];
  for (const agent of [knowing, old]) {
    agent.connect(fleet);
    agent.pulse();
  }
  fleet.register({
    ...{ plan: planOf(), endsAtMs: clock.nowMs() + 60_000, mark: MARK },
    ...{ post: () => {}, tickedMs: () => clock.nowMs(), counted: () => {}, stalled: () => {} },
    marked: (boot, told) => heard.push([boot, told]),
  });
  const assign = (...boots: readonly string[]) =>
    fleet.assign(
      asRunId("run-1"),
      boots.map((boot) => ({ instance: asInstance(boot), boot: asAgentBoot(boot) })),
    );
  return { ...all, knowing, old, heard, assign };
};
const reports = (fault: FaultId, given: Partial<MarkReports> = {}): { marks: MarkReports } => ({
  marks: { sentMs: 5, reports: [{ fault, coded: "AAEBAQ==" }], ...given },
});

describe("an agent that knows marks", () => {
  it("is asked for them as soon as it is the run's, before any fault", () => {
    const { knowing, assign } = marked();
    assign("b2");
    expect(knowing.last("apply")).toMatchObject({ faults: [], marks: [{ run: "run-1", ...MARK }] });
  });
  it("is told which pulse was noted, only if that told of any", () => {
    const { knowing, assign, heard, clock } = marked();
    assign("b2");
    knowing.pulse(reports(ID));
    const { session } = knowing.last("welcome")!;
    expect(knowing.last("noted")).toEqual({ type: "noted", session, n: 2 });
    expect(heard).toEqual([["b2", { ...reports(ID).marks, arrivedMs: clock.nowMs(), receipts: [] }]]);
    knowing.pulse(reports(ID, { reports: [] }));
    expect([knowing.count("noted"), heard.length]).toEqual([1, 2]);
  });
  it("is told with the offset of its clock where it reads the clock of the server's machine", () => {
    const zeroMs = 40_000;
    const clock = Object.assign(new FakeClock(), { zeroMs: () => zeroMs });
    const here = machineClockOf(bootId(), timeNamespace(), zeroMs + 700)!;
    const offsetOf = (theirs: Hello["clock"]) => {
      const { knowing, assign, heard } = marked({ clock }, theirs === undefined ? {} : { clock: theirs });
      assign("b2");
      knowing.pulse(reports(ID));
      return heard[0]![1].offsetMs;
    };
    expect([offsetOf(here), offsetOf({ ...here, of: "elsewhere" }), offsetOf(undefined)]).toEqual([
      700,
      undefined,
      undefined,
    ]);
  });
  it("is believed only of the run's faults, on edges that it was given", () => {
    const { knowing, assign, heard } = marked();
    assign("b2");
    for (const fault of ["run-2/slow@a->b", "run-1/slow@x->y", "run-1/slow", "nonsense"])
      knowing.pulse(reports(asFaultId(fault)));
    expect(heard.map(([, told]) => told.reports)).toEqual([[], [], [], []]);
  });
  it("is not heard for a run that it is no agent of", () => {
    const { knowing, heard } = marked();
    knowing.pulse(reports(ID));
    expect(heard).toEqual([]);
  });
  it("is asked no more once the run has left", () => {
    const { knowing, assign, fleet } = marked();
    assign("b2");
    fleet.unregister(asRunId("run-1"));
    expect(knowing.last("apply")!.marks).toBeUndefined();
  });
});

describe("an agent that does not know marks", () => {
  it("gets faults as ever, and no word of marks", () => {
    const { old, assign, fleet } = marked();
    assign("b3");
    expect(old.count("apply")).toBe(0);
    fleet.setDesired(asRunId("run-1"), 1, ["slow"]);
    expect(old.last("apply")).toMatchObject({ faults: [{ id: ID }] });
    expect(old.last("apply")!.marks).toBeUndefined();
    old.pulse();
    expect(old.count("noted")).toBe(0);
  });
  it("makes what the others tell a lower bound", () => {
    const { assign, fleet } = marked();
    assign("b2");
    expect(fleet.markSupport(asRunId("run-1"))).toEqual({ telling: ["b2"], isPartial: false, isDrawn: true });
    assign("b3");
    expect(fleet.markSupport(asRunId("run-1"))).toEqual({ telling: ["b2"], isPartial: true, isDrawn: false });
  });
  it("is waited for no more once it is gone", () => {
    const { assign, fleet, knowing } = marked();
    assign("b2");
    knowing.line.closed();
    expect(fleet.markSupport(asRunId("run-1")).telling).toEqual([]);
  });
});
