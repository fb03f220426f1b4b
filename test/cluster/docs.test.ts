/** Commands of the docs that need a node: the blocks `sh cluster`, each line in its order. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stopCluster } from "../../scripts/cluster/cluster.ts";
import { stateOf } from "../../scripts/cluster/state.ts";
import { needing } from "../needing.ts";
import { lackOfPods } from "./requirements.ts";
import { tracesOf } from "./traces.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FILES = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)];
const blocks = FILES.filter((file) => file.endsWith(".md")).flatMap((file) =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(/^```sh cluster\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => [file, text!.trim().split("\n")] as const,
  ),
);

needing(describe, lackOfPods)("the docs' commands on a cluster", () => {
  afterAll(() => stopCluster("squall"));
  it("are there", () => {
    expect(blocks.length).toBeGreaterThan(0);
  });
  it.each(blocks)("%s: %s", { timeout: 180_000 }, (_file, lines) => {
    const shell = (line: string) => {
      const { status, stdout, stderr } = spawnSync("sh", ["-c", line], { cwd: ROOT, encoding: "utf8" });
      return { line, status, output: `${stdout}${stderr}` };
    };
    for (const line of lines) expect(shell(line)).toMatchObject({ status: 0 });
    expect(tracesOf(stateOf("squall"))).toEqual([]);
  });
});
