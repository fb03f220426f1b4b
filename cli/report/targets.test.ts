import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTargets } from "./targets.ts";

describe("places of reports", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), "squall-targets-"));
  });
  afterEach(() => {
    chmodSync(cwd, 0o700);
    rmSync(cwd, { recursive: true });
  });
  const refusal = (targets: Parameters<typeof openTargets>[0]) =>
    openTargets(targets, cwd).then(
      () => null,
      (error) => ({ code: error.exitCode, message: error.message }),
    );

  it("are made as far as folders go, and no empty report is left", async () => {
    expect(await refusal({ junit: "a/b/j.xml", html: "a/r.html", report: "a/out" })).toBeNull();
    expect(["a/b", "a/out"].map((path) => existsSync(join(cwd, path)))).toEqual([true, true]);
    expect(existsSync(join(cwd, "a/b/j.xml"))).toBe(false);
  });
  it("keep what they have until there is something better", async () => {
    writeFileSync(join(cwd, "j.xml"), "before");
    expect(await refusal({ junit: "j.xml" })).toBeNull();
    expect(readFileSync(join(cwd, "j.xml"), "utf8")).toBe("before");
  });
  it("may be devices", async () => {
    expect(await refusal({ junit: "/dev/null" })).toBeNull();
  });
  it("are refused with a sentence where a folder is in place of the file, or a file in place of a folder", async () => {
    mkdirSync(join(cwd, "folder"));
    writeFileSync(join(cwd, "file"), "");
    expect(await refusal({ sarif: "folder" })).toEqual({
      code: 2,
      message: "--sarif folder: is a folder, expected a file in it",
    });
    expect(await refusal({ html: "file/x.html" })).toMatchObject({
      code: 2,
      message: expect.stringMatching(/^--html file\/x\.html: .*file is a file, and no folder.*nothing was started$/),
    });
    expect(await refusal({ report: "file" })).toMatchObject({ code: 2, message: expect.stringContaining("--report") });
  });
  it("are refused where two of them are one", async () => {
    expect(await refusal({ junit: "x", html: "./x" })).toMatchObject({
      code: 2,
      message: "--junit and --html both name ./x: one would overwrite the other",
    });
  });
  it("are refused where the disk takes nothing", async () => {
    // Writes to this device fail as on a disk that is full.
    symlinkSync("/dev/full", join(cwd, "full"));
    expect(await refusal({ markdown: "full" })).toMatchObject({
      code: 2,
      message: expect.stringContaining("there is no room left (ENOSPC)"),
    });
  });
});
