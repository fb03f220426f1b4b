import { describe, expect, it } from "vitest";
import { describeFault, type FaultAction, type FaultKind, faultKinds, labelFault, specOf } from "./index.ts";
import { protocolsOf, unitOf } from "./scope.ts";

const read = <K extends FaultKind>(kind: K, params: object) =>
  ({ kind, params: faultKinds[kind].params.parse(params) }) as FaultAction;
const says = (kind: FaultKind, params: object) => describeFault(read(kind, params));
const refuses = (kind: FaultKind, params: object) => {
  const result = faultKinds[kind].params.safeParse(params);
  if (result.success) throw new Error(`${kind} took ${JSON.stringify(params)}`);
  return JSON.stringify(result.error.issues);
};

describe("a fault kind", () => {
  const sentences: readonly (readonly [FaultKind, object, string])[] = [
    ["latency", { delay: "2s", jitter: "200ms" }, "passes requests on 2s late (±200ms)"],
    [
      "latency",
      { delay: "2s", jitter: "1s", distribution: "pareto", at: "response" },
      "passes responses back 2s late (pareto, 1s)",
    ],
    ["latency", { delay: "1s", at: "connect" }, "serves new connections 1s late"],
    [
      "latency",
      { percentiles: { "99%": "900ms", "50%": "20ms" } },
      "passes requests on late, by measured percentiles up to 900ms",
    ],
    ["abort", { status: 503 }, "answers 503 without asking the callee"],
    ["partition", {}, "swallows every byte"],
    ["partition", { how: "stall", direction: "response" }, "holds every byte back of the response"],
    ["partition", { how: "refuse" }, "resets every new connection"],
    ["reset", {}, "resets connections at once"],
    ["reset", { after: "3s" }, "resets connections after 3s"],
    ["reset", { afterBytes: "64KiB" }, "resets connections after 64KiB of response"],
    ["reset", { every: "5s" }, "resets connections every 5s"],
    ["bandwidth", { rate: "64KiB/s" }, "lets 64KiB a second through, for the whole edge together"],
    [
      "bandwidth",
      { rate: 0, per: "connection", direction: "response" },
      "stalls all bytes of the response, for each connection",
    ],
    ["slowClose", { delay: "1500ms" }, "closes connections 1.5s late"],
    ["limitBytes", { bytes: "1KB" }, "lets 1KB of the response through, then cuts it off"],
    ["slice", { size: "10B", pause: "5ms" }, "cuts the response into pieces of 10B, 5ms apart"],
    ["corrupt", {}, "changes 1% of the bytes of the response"],
    [
      "rewrite",
      { response: { status: 500, headers: { "x-a": null } } },
      "changes headers of the response and status of the response",
    ],
    ["throttle", { rate: "10/s" }, "lets 10/s requests through and answers 429 to the rest"],
    ["kill", {}, "is ended with SIGKILL, and started again at once"],
    [
      "kill",
      { signal: "TERM", every: "5s", restart: "2s" },
      "is ended with SIGTERM every 5s, and started again after 2s",
    ],
    ["restart", { grace: "3s" }, "is restarted: SIGTERM, SIGKILL after 3s, then a new process"],
    ["pause", {}, "is stopped with SIGSTOP: its connections stay open, and nothing is answered"],
  ];
  for (const [kind, params, sentence] of sentences)
    it(`says what it does: ${sentence}`, () => {
      expect(says(kind, params).replace(/\s+/g, " ").split(" and ").sort()).toEqual(sentence.split(" and ").sort());
    });

  it("has a summary in one line, without a full stop", () => {
    for (const kind of Object.keys(faultKinds) as FaultKind[]) {
      expect(specOf(kind).summary).toMatch(/^[a-z].*[^.\n]$/);
      expect(protocolsOf(kind).length).toBeGreaterThan(0);
    }
  });
  it.each([
    ["latency", { delay: "2s", jitter: "200ms" }, "+2 s ±200 ms"],
    ["latency", { delay: "50ms", jitter: "10ms", distribution: "normal" }, "+50 ms ±10 ms normal"],
    ["latency", { percentiles: { "50%": "20ms", "99%": "1.5s" } }, "up to +1.5 s"],
    ["partition", { how: "stall" }, "stall"],
    ["partition", { how: "blackhole", direction: "request" }, "blackhole request"],
    ["bandwidth", { rate: 0 }, "stall"],
    ["abort", { status: 503 }, "answers 503"],
    ["reset", { every: "5s" }, "reset every 5 s"],
    ["throttle", { rate: "5/s" }, "429 above 5/s"],
    ["rewrite", { response: { status: 404 } }, "rewrites to 404"],
  ] as const)("has a label for the edge of a drawing: %s of %o is %s", (kind, params, label) => {
    expect(labelFault(read(kind, params))).toBe(label);
  });
  it("counts connections where it strikes them whole, exchanges elsewhere", () => {
    const units = (kind: FaultKind, params: object) => unitOf(read(kind, params));
    expect(units("latency", { delay: "1s", at: "connect" })).toBe("connection");
    expect(units("latency", { delay: "1s" })).toBe("exchange");
    for (const kind of ["partition", "reset"] as const) expect(units(kind, {})).toBe("connection");
    expect(units("slowClose", { delay: "1s" })).toBe("connection");
    expect(units("corrupt", {})).toBe("exchange");
  });
  it("promises that nothing is lost only where nothing is", () => {
    const lossless = (kind: FaultKind, params: object) => specOf(kind).lossless(read(kind, params).params as never);
    expect(lossless("latency", { delay: "1s" })).toBe(true);
    expect(lossless("bandwidth", { rate: 0 })).toBe(true);
    expect([lossless("partition", { how: "stall" }), lossless("partition", { how: "blackhole" })]).toEqual([
      true,
      false,
    ]);
    for (const [kind, params] of [
      ["corrupt", {}],
      ["limitBytes", { bytes: "1B" }],
      ["reset", {}],
    ] as const)
      expect(lossless(kind, params)).toBe(false);
  });

  const wrong: readonly (readonly [FaultKind, object])[] = [
    ["latency", { delay: "2 s" }],
    ["latency", { delay: "-1s" }],
    ["latency", { delay: "1s", jiter: "1s" }],
    ["latency", { percentiles: { "50%": "20ms" } }],
    ["latency", { percentiles: { "50%": "900ms", "99%": "20ms" } }],
    ["abort", { status: 700 }],
    ["abort", {}],
    ["partition", { how: "refuse", direction: "request" }],
    ["partition", { how: "vanish" }],
    ["reset", { afterBytes: "1B", every: "1s" }],
    ["reset", { every: "50ms" }],
    ["bandwidth", { rate: "0.1B/s" }],
    ["bandwidth", { rate: "-1KB/s" }],
    ["bandwidth", { rate: 5 }],
    ["slice", { size: "0B" }],
    ["slice", { size: "10B", variation: "10B" }],
    ["corrupt", { bytes: "101%" }],
    ["rewrite", {}],
    ["rewrite", { response: { status: 99 } }],
    ["throttle", { rate: "0/s" }],
    ["throttle", { rate: "1/s", burst: 0 }],
  ];
  for (const [kind, params] of wrong)
    it(`refuses ${kind}: ${JSON.stringify(params)}, which would crash or wedge an agent or mean nothing`, () => {
      expect(refuses(kind, params)).not.toBe("[]");
    });
});
