import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAgentBoot } from "../../experiments/model/names.ts";
import { readProcessMark, recordBoot } from "./process-mark.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "squall-boot-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the process before this one", () => {
  const leave = (change: object) => {
    const file = join(folder, "boot");
    writeFileSync(
      file,
      JSON.stringify({ boot: "first", pid: process.pid, ...readProcessMark(process.pid), ...change }),
    );
    return file;
  };
  test("has ended where its pid is nobody's, or somebody else's", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    expect(recordBoot(leave({ pid }), asAgentBoot("second"))).toEqual({ boot: "first" });
    expect(recordBoot(leave({ started: "1" }), asAgentBoot("second"))).toEqual({ boot: "first" });
  });
  test("has not ended where it lives, nor where nothing can be seen of it from here", () => {
    expect(recordBoot(leave({}), asAgentBoot("second"))).toBeNull();
    expect(recordBoot(leave({ machineBoot: "another machine", started: "1" }), asAgentBoot("second"))).toBeNull();
  });
  test("is unknown where its file is none of ours", () => {
    const file = join(folder, "odd");
    for (const text of ["", "{", "[]", '{"boot":1}', '{"boot":"x","pid":"1"}']) {
      writeFileSync(file, text);
      expect(recordBoot(file, asAgentBoot("second"))).toBeNull();
    }
    expect(recordBoot(join(folder, "no", "such", "folder"), asAgentBoot("second"))).toBeNull();
  });
  test("leaves the mark of this one for the next, for this user alone", () => {
    const file = join(folder, "new");
    recordBoot(file, asAgentBoot("mine"));
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      boot: "mine",
      pid: process.pid,
      ...readProcessMark(process.pid),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
