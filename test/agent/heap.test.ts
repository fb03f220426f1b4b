/** The flags of V8 by which an agent without traffic stays small, on the Node that runs the tests. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const HEAP = resolve(import.meta.dirname, "../../dist/agent/process/heap.js");
/** Capacity of the young generation, MB, after each step, in a process of its own: flags hold for a whole process. */
const youngAfter = (...steps: readonly string[]): readonly number[] => {
  const script = `
    import { getHeapSpaceStatistics } from "node:v8";
    import * as heap from ${JSON.stringify(HEAP)};
    // Garbage of which a part lives on for a while, as the parts of a parsed file do.
    const churn = () => {
      const alive = [];
      for (let i = 0; i < 2_000_000; i++) alive[i % 50_000] = { i, text: "x" + i };
      return alive.length;
    };
    const young = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space").space_size;
    const sizes = [];
    for (const step of ${JSON.stringify(steps)}) {
      heap[step]();
      churn();
      sizes.push(young() / 2 ** 20);
    }
    console.log(JSON.stringify(sizes));`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }));
};

test("the young generation does not grow while an agent starts or has no traffic, and grows with traffic", () => {
  const [begun, ended, released] = youngAfter("beginHeapStart", "endHeapStart", "releaseHeap");
  expect(begun).toBeLessThanOrEqual(4);
  expect(ended).toBeLessThanOrEqual(4);
  expect(released).toBeGreaterThan(8);
});
