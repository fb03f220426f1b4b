/** An internal error in a run ends that run, with the error as the cause, and no other run. */
import { describe, expect, it } from "vitest";
import { stage } from "../../../test/run/stage-in-time.ts";
import type { OpenProbe, ProbeSource, ThreadedSource } from "../../probes/probe.ts";
import { ProberLost } from "../../probes/prober.ts";
import type { SamplerControl } from "../../probes/sampler-control.ts";

const answers = async () => ({ kind: "seen", latencyMs: 5, status: 200 }) as const;
/** Failures in a probe's own code, as opposed to bad samples. */
const BREAKING: Readonly<
  Record<string, (clock: { nowMs(): number; wake(atMs: number, ring: () => void): unknown }) => ProbeSource>
> = {
  "a look that throws": () => ({
    kind: "active",
    sample: () => {
      throw new RangeError("Maximum call stack size exceeded");
    },
    bodies: null,
    close: async () => {},
  }),
  "a look that rejects": () => ({
    kind: "active",
    sample: async () => Promise.reject(new RangeError("Maximum call stack size exceeded")),
    bodies: null,
    close: async () => {},
  }),
  "a look whose sample cannot be read": () => ({
    kind: "active",
    sample: async () => {
      const sample = { kind: "seen", latencyMs: 5 } as const;
      return Object.defineProperty({ ...sample }, "status", {
        get() {
          throw new RangeError("Maximum call stack size exceeded");
        },
      }) as typeof sample;
    },
    bodies: null,
    close: async () => {},
  }),
  "a timer that throws": (clock) => {
    clock.wake(clock.nowMs() + 2_000, () => {
      throw new RangeError("Maximum call stack size exceeded");
    });
    return { kind: "active", sample: answers, bodies: null, close: async () => {} };
  },
};

describe.each(Object.entries(BREAKING))("%s", (_name, open) => {
  it("ends its run without HELD, with the cause, its faults gone; a run beside it is HELD", async () => {
    const sound: ProbeSource = { kind: "active", sample: answers, bodies: null, close: async () => {} };
    let opened = 0;
    const openProbe: OpenProbe = (_action, { clock }) => (opened++ === 0 ? open(clock) : sound);
    const { term, agent, start, ended, agents } = await stage({ openProbe });
    await agent("shop-1");
    const ill = await start({ from: "checkout", to: "payments" });
    const well = await start({ from: "gateway", to: "catalog" });
    const report = await ended(ill);
    expect(["HALTED", "INCONCLUSIVE"]).toContain(report.verdict);
    expect(JSON.stringify(report)).toContain("Maximum call stack size exceeded");
    expect((await ended(well)).verdict).toBe("HELD");
    expect(agents.flatMap(({ live }) => live)).toEqual([]);
    expect(term.runs.all()).toEqual([]);
  });
});

describe("a prober's thread that is lost", () => {
  it("ends the runs that it looked for, HALTED, and no other; the next one is HELD", async () => {
    const sound: ProbeSource = { kind: "active", sample: answers, bodies: null, close: async () => {} };
    let opened = 0;
    const openProbe: OpenProbe = async (_action, { clock }) => {
      if (opened++ !== 0) return sound;
      const sampling: SamplerControl = {
        observe: () => {},
        stalled: () => {},
        readdress: () => {},
        settle: () => new Promise(() => {}),
        take: () => [],
        takeSent: () => [],
        stop: async () => {},
      };
      const startSampler: ThreadedSource["startSampler"] = (_config, { fail }) => {
        clock.wake(clock.nowMs() + 2_000, () => fail(new ProberLost("it took over 512 MB of memory")));
        return sampling;
      };
      return { kind: "threaded", startSampler, close: async () => {} };
    };
    const { agent, start, ended, agents } = await stage({ openProbe });
    await agent("shop-1");
    const ill = await start({ from: "checkout", to: "payments" });
    const well = await start({ from: "gateway", to: "catalog" });
    expect(await ended(ill)).toMatchObject({
      verdict: "HALTED",
      because: "internal",
      reason: expect.stringContaining("the prober's thread was lost: it took over 512 MB of memory"),
    });
    expect((await ended(well)).verdict).toBe("HELD");
    expect((await ended(await start())).verdict).toBe("HELD");
    expect(agents.flatMap(({ live }) => live)).toEqual([]);
  });
  it("that cannot be had at all ends the run HALTED, not INVALID: the file is not to blame", async () => {
    const openProbe: OpenProbe = () => Promise.reject(new ProberLost("it took over 10000 ms to start"));
    const { agent, start, ended } = await stage({ openProbe });
    await agent("shop-1");
    expect(await ended(await start())).toMatchObject({ verdict: "HALTED", because: "internal" });
  });
});

describe("an error of which nobody knows whose it is", () => {
  it("halts every run that is under way, and the server takes the next one", async () => {
    const { term, agent, start, ended, live } = await stage();
    await agent("shop-1");
    const ids = [await start({ from: "checkout", to: "payments" }), await start({ from: "gateway", to: "catalog" })];
    for (const id of ids) await live(id);
    term.runs.fail(new Error("nobody's"));
    for (const id of ids)
      expect(await ended(id)).toMatchObject({
        verdict: "HALTED",
        because: "internal",
        reason: expect.stringContaining("nobody's"),
      });
    expect((await ended(await start())).verdict).toBe("HELD");
  });
});
