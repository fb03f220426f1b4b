import { describe, expect, it } from "vitest";
import type { Callers } from "../../experiments/model/mesh/targets.ts";
import { EXAMPLE, SLOW } from "../../experiments/model/run/example.ts";
import { againOf } from "./again.ts";
import { createdOf } from "./simulated-journal.ts";

const SOURCE = { kind: "Experiment", metadata: { name: "x" } };
const callers = (changes: Partial<Callers>): Callers => ({ labels: {}, inherited: {}, instances: null, ...changes });
const planWith = (...all: (Callers | undefined)[]) => ({
  ...EXAMPLE,
  faults: all.map((one, i) => ({
    ...SLOW,
    name: `fault ${i}`,
    targets: [{ ...SLOW.targets[0]!, ...(one === undefined ? {} : { callers: one }) }],
  })),
});
const selectOf = (...all: Parameters<typeof planWith>) => {
  const again = againOf(createdOf(planWith(...all), SOURCE), null);
  return again.can ? again.body.select : again.why;
};

describe("running again", () => {
  it("sends the file as it was run, with its seed and mode", () => {
    const again = againOf({ ...createdOf(EXAMPLE, SOURCE), labels: { team: "tills" } }, null);
    expect(again).toEqual({
      can: true,
      body: { experiment: SOURCE, file: null, seed: 42, mode: "full", labels: { team: "tills" }, static: false },
    });
  });
  it("names the stored version that was run", () => {
    const again = againOf(createdOf(EXAMPLE, SOURCE), 3);
    expect(again).toMatchObject({ can: true, body: { stored: { name: EXAMPLE.experiment, version: 3 } } });
    expect(again).not.toHaveProperty("body.experiment");
  });
  it("refuses a file whose secrets were redacted, unless the server has it stored", () => {
    const redacted = createdOf(EXAMPLE, { spec: { url: "http://x/?key=[redacted]" } });
    expect(againOf(redacted, null)).toMatchObject({ can: false, why: expect.stringContaining("redacted") });
    expect(againOf(redacted, 1)).toMatchObject({ can: true });
  });
  it("strikes no more instances than the first time", () => {
    const canary = { labels: { track: "canary" }, instances: { count: 1 } };
    expect(selectOf(callers(canary))).toEqual({ checkout: { labels: { track: "canary" }, instances: 1 } });
    expect(selectOf(callers({ instances: { share: 0.5 } }))).toEqual({ checkout: { instances: "50%" } });
    expect(selectOf(callers({ instances: { count: 1 } }), callers({ instances: { count: 2 } }))).toEqual({
      checkout: { instances: 2 },
    });
  });
  it("leaves to the file what its own selectors said of one fault only", () => {
    expect(selectOf(undefined)).toBeUndefined();
    expect(selectOf(callers({ labels: { zone: "a" } }), undefined)).toBeUndefined();
    expect(selectOf(callers({ labels: { zone: "a" } }), callers({ labels: { zone: "b" } }))).toBeUndefined();
  });
  it("does not guess where counts and shares are mixed", () => {
    expect(selectOf(callers({ instances: { count: 1 } }), callers({ instances: { share: 0.5 } }))).toContain("cannot");
  });
});
