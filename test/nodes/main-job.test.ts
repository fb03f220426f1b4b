/** Main job of the README on every supported Node version, each with a separate `npm ci` install: HELD exits with 0. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureTree, NODES } from "../../scripts/nodes.mjs";
import { checkJournals } from "../journals.ts";
import { openNetwork } from "../network.ts";

const EXPERIMENT = "experiments/shop/checkout-survives-slow-payments.yaml";

describe.sequential("the main job", () => {
  it.sequential.each(Object.entries(NODES))(
    "on Node %s (%s) is HELD, ends with 0, and was installed without a complaint",
    async (major) => {
      const { node, tree, complaints } = ensureTree(major);
      expect(complaints).toEqual([]);
      const network = await openNetwork();
      const home = mkdtempSync(join(tmpdir(), "squall-node-"));
      try {
        const [command, ...argv] = network.within([node, "cli/squall.js", "run", EXPERIMENT]);
        const env = { ...process.env, SQUALL_HOME: home, NO_COLOR: "1" };
        const child = spawn(command, argv, { cwd: tree, env, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding("utf8").on("data", (text: string) => (output += text));
        const [code, signal] = await once(child, "close");
        expect({ code, signal }, output).toEqual({ code: 0, signal: null });
        expect(output).toContain("HELD");
        checkJournals(home);
      } finally {
        await network.close();
        rmSync(home, { recursive: true, force: true });
      }
    },
    240_000,
  );
});
