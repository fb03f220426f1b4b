import { describe, expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { findService } from "./find.ts";
import { now, passing, radius, SHOP } from "./made-up.ts";
import { openMeshStatusStore } from "./mesh-status-store.ts";
import { same } from "./same.ts";
import { seriesOf } from "./seconds.ts";
import { intoPhaseMs, tallyText } from "./tally.ts";
import { leastOf, nearnessOf } from "./view.ts";

describe("the pulse of a mesh", () => {
  it("tells whoever listens, and nobody who has stopped", () => {
    const pulse = openMeshStatusStore();
    let heard = 0;
    const stop = pulse.listen(() => heard++);
    pulse.feed(SHOP, now({ edges: [passing(asEdgeId("gateway->checkout"))] }));
    stop();
    pulse.feed(SHOP, now());
    expect(heard).toBe(1);
    expect(pulse.standing().services.get("gateway")?.state).toBe("unwatched");
  });
  it("takes values that say the same for the same, and no others", () => {
    expect(same({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
    expect(same(Number.NaN, Number.NaN)).toBe(true);
    for (const [a, b] of [
      [1, 2],
      [{ a: 1 }, { a: 2 }],
      [[1], [1, 2]],
      [[], {}],
      [null, {}],
      [{ a: undefined }, { b: undefined }],
    ])
      expect(same(a, b)).toBe(false);
  });
});

describe("a run's blast radius in counts", () => {
  const declared = [{ service: "checkout", may: "fail" } as const];
  it("counts damaged services, services that contain the damage, and leaks", () => {
    const services = [
      { service: "checkout", state: "slow", leak: false, reason: "" },
      { service: "gateway", state: "contained", leak: false, reason: "" },
      { service: "ledger", state: "failing", leak: true, reason: "" },
      { service: "payments", state: "slow", leak: false, reason: "" },
    ] as const;
    expect(tallyText(radius({ declared, services }))).toBe(
      "1 service declared: 1 affected, 1 contained, 1 leak; 1 beyond, not proven",
    );
  });
  it("claims nothing before something was measured", () => {
    expect(tallyText(radius({ declared, measured: false }))).toBe("1 service declared; nothing is measured yet");
  });
  it("says how far into its phase a run is", () => {
    const spans = { baseline: { fromMs: 1_000, toMs: 3_000 }, during: { fromMs: 3_000, toMs: null } };
    expect(intoPhaseMs({ phase: "during", spans }, 4_500)).toBe(1_500);
    expect(intoPhaseMs({ phase: "baseline", spans }, 4_500)).toBe(2_000);
    expect(intoPhaseMs({ phase: null, spans }, 4_500)).toBeNull();
  });
});

describe("looking at the mesh", () => {
  it("finds the service of that name before one that only begins with it", () => {
    const { services, edges } = SHOP;
    const mesh = { ...SHOP, edges, services: [{ ...services[0]!, name: "checkout-old" }, ...services] };
    expect(findService(mesh, "checkout")).toBe("checkout");
    expect(findService(mesh, "CHECKOUT-")).toBe("checkout-old");
    expect(findService(mesh, "edge")).toBe("ledger");
    expect([findService(mesh, " "), findService(mesh, "nope")]).toEqual([null, null]);
  });
  it("draws no letter below 10 px on the screen", () => {
    expect([1, 0.8, 0.4, 0.3].map(nearnessOf)).toEqual(["near", "near", "middle", "far"]);
    for (const zoom of [1.15, 0.97, 0.8, 0.41, 0.05]) expect(leastOf(zoom) * zoom).toBeGreaterThanOrEqual(10);
  });
  it("leaves a gap in the errors of a second in which nothing ended", () => {
    const second = { at: "2026-01-01T00:00:01.000Z", treated: 0, cancelled: 0, p50Ms: null, p99Ms: null };
    const { x, errors } = seriesOf([
      { ...second, exchanges: 0, failed: 0 },
      { ...second, exchanges: 4, failed: 1 },
    ]);
    expect(x[0]).toBe(1_767_225_601);
    expect(errors).toEqual([null, 0.25]);
  });
});
