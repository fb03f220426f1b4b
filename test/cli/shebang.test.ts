/**
 * The command as a shell or a package manager starts the file: by the first lines, on each Node that Squall supports.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureNode, NODES } from "../../scripts/nodes.mjs";
import { ROOT, SQUALL } from "./squall.ts";

const EXPERIMENT = join(ROOT, "experiments/shop/checkout-survives-slow-payments.yaml");

describe.each(Object.keys(NODES).map(Number))("the command on Node %i", (major) => {
  let folder = "";
  let path = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "squall-shebang-"));
    path = `${dirname(ensureNode(major))}${delimiter}${process.env.PATH}`;
    symlinkSync(SQUALL, join(folder, "squall"));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const squall = (...argv: readonly string[]) => {
    const env = { ...process.env, PATH: path, SQUALL_HOME: folder };
    const { status, stdout, stderr } = spawnSync("./squall", argv, { cwd: folder, env, encoding: "utf8" });
    return { status, stdout, stderr };
  };

  it("is Node, and says no word of the shell that started it", () => {
    expect(squall("version")).toEqual({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^squall .*\\nnode +${major}\\.`)),
      stderr: "",
    });
  });
  it("keeps --env-file from Node, whether the file is there or not", () => {
    expect(squall("validate", EXPERIMENT, "--env-file", "x").status).toBe(2);
    expect(squall("plan", EXPERIMENT, "--env-file", "missing.env")).toEqual({
      status: 2,
      stdout: "",
      stderr: "squall: --env-file missing.env: cannot be read (ENOENT)\n",
    });
    writeFileSync(join(folder, "there.env"), "PATH=/nowhere\n");
    expect(squall("plan", EXPERIMENT, "--env-file=there.env")).toMatchObject({ status: 0, stderr: "" });
  });
});
