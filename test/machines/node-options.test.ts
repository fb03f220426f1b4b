/** NODE_OPTIONS of the shell, with a real preload that logs the processes into which it was loaded. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { it, type PairYard, pairExperiment } from "../cli/squall.ts";

/** Preload of an APM: loaded before the program, by require. A preload by `import` works as well. */
const APM = `require("node:fs").appendFileSync(process.env.APM_LOG, process.argv[1] + "\\n");`;

const prepare = (yard: PairYard) => {
  yard.put("apm/init.js", APM);
  yard.put("apm/again.js", "");
  yard.put("quick.yaml", pairExperiment({ name: "quick", during: "2s" }));
  const log = join(yard.folder, "apm.log");
  const loadedInto = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  return { log, loadedInto };
};
/** Squall's own processes into which the preload was loaded, without the command that the shell itself started. */
const ours = (programs: readonly string[]) =>
  programs.filter((program) => /dist|agent\/main|keeper|watch/.test(program) && !program.endsWith("squall.js"));
const services = (programs: readonly string[]) => programs.filter((program) => program.endsWith("service.mjs"));

describe("NODE_OPTIONS of the shell", () => {
  it("reaches the services, and no process of the data plane; a relative path ends no run", {
    timeout: 60_000,
  }, async ({ yard }) => {
    const { log, loadedInto } = prepare(yard);
    const NODE_OPTIONS = `--require ${join(yard.folder, "apm/init.js")} --require ./apm/again.js`;
    const { code, stderr } = await yard.squall(["run", "quick.yaml", "-q"], { NODE_OPTIONS, APM_LOG: log });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("HELD") });
    expect(ours(loadedInto())).toEqual([]);
    expect(services(loadedInto())).toHaveLength(2);
  });

  it("reaches the services of `up --detach` too, and not its server", { timeout: 60_000 }, async ({ yard }) => {
    const { log, loadedInto } = prepare(yard);
    const NODE_OPTIONS = `--require ${join(yard.folder, "apm/init.js")}`;
    try {
      const { code, stderr } = await yard.squall(["up", "mesh.yaml", "--detach"], { NODE_OPTIONS, APM_LOG: log });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const programs = loadedInto();
      expect(services(programs)).toHaveLength(2);
      expect(ours(programs)).toEqual([]);
      // The command itself loads the preload; no other squall.js process does.
      expect(programs.filter((program) => program.endsWith("squall.js"))).toHaveLength(1);
    } finally {
      await yard.squall(["down", "pair"]);
    }
  });
});
