import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isInvariant, readRetries, retryLines } from "./retries.ts";
import { withInvariants } from "./vitest.ts";

const ROOT = resolve(import.meta.dirname, "..");
const usual = { file: "test/api/paging.test.ts", name: "a page", tries: 2, passed: true, error: "late" };
const safe = { ...usual, file: "test/agent/lease.test.ts" };

describe("a test that passed on a further try", () => {
  it("is told with its file, its name, its tries and what went wrong", () => {
    expect(retryLines([usual, { ...usual, passed: false }])).toEqual([
      "1 on a further try:",
      "  test/api/paging.test.ts > a page: 2 tries; late",
    ]);
    expect(retryLines([])).toEqual([]);
  });

  it("counts as failed if it is an invariant, by its file or its name", () => {
    expect(isInvariant(usual)).toBe(false);
    expect(isInvariant(safe)).toBe(true);
    expect(isInvariant({ ...usual, name: "invariants 1 and 2: no fault stays" })).toBe(true);
    const counts = { passed: 10, failed: 0, skipped: 1 };
    expect(withInvariants(counts, [usual])).toEqual(counts);
    expect(withInvariants(counts, [usual, safe])).toEqual({ passed: 9, failed: 1, skipped: 1 });
    expect(withInvariants(counts, [{ ...safe, passed: false }])).toEqual(counts);
  });

  it("leaves a trace also if it took a millisecond", { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "squall-retries-"));
    try {
      mkdirSync(join(folder, "test"));
      symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
      writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
      writeFileSync(
        join(folder, "test/quick.test.ts"),
        `import { expect, it } from "vitest";
         let tries = 0;
         it("passes at the third try", { retry: 2 }, () => { expect(++tries).toBe(3); });
         it("passes at once", () => {});`,
      );
      const argv = [
        join(ROOT, "node_modules/vitest/vitest.mjs"),
        "run",
        `--reporter=${join(ROOT, "scripts/retries.ts")}`,
      ];
      const { VITEST: _1, VITEST_POOL_ID: _2, VITEST_WORKER_ID: _3, ...env } = process.env;
      const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, env, encoding: "utf8" });
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const [retry, ...others] = readRetries(folder);
      expect(others).toEqual([]);
      expect(retry).toMatchObject({
        file: "test/quick.test.ts",
        name: "passes at the third try",
        tries: 3,
        passed: true,
      });
      expect(retry!.error).toContain("expected 1 to be 3");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
