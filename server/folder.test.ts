import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder } from "./folder.ts";

describe("a folder that is made", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "squall-folder-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const codeOf = (path: string) => {
    try {
      makeFolder(path);
      return null;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  };

  it("is made with those above it, all of one mode, and may be there before", () => {
    makeFolder(join(root, "a/b/c"), 0o700);
    makeFolder(join(root, "a/b/c"), 0o700);
    expect(["a", "a/b", "a/b/c"].map((path) => statSync(join(root, path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
  });
  it("may be a link to a folder", () => {
    makeFolder(join(root, "a"));
    symlinkSync(join(root, "a"), join(root, "link"));
    makeFolder(join(root, "link"));
    makeFolder(join(root, "link/b"));
    expect(existsSync(join(root, "a/b"))).toBe(true);
  });
  it.runIf(process.platform === "linux")("is refused in bounded time where the kernel makes none", () => {
    expect(codeOf("/proc/x/y/z")).toBe("ENOENT");
    expect(codeOf("/proc/self/fd/x/y")).toBe("ENOENT");
  });
  it("is refused where a file, a link to nowhere, a circle of links or the length of a name is in its way", () => {
    writeFileSync(join(root, "file"), "");
    symlinkSync("nowhere/x", join(root, "dangling"));
    symlinkSync("circle", join(root, "circle"));
    expect(codeOf(join(root, "file"))).toBe("EEXIST");
    expect(codeOf(join(root, "file/a/b"))).toBe("ENOTDIR");
    expect(codeOf(join(root, "dangling/a"))).toBe("EEXIST");
    expect(codeOf(join(root, "circle/a"))).toMatch(/^E(EXIST|LOOP)$/);
    expect(codeOf(join(root, "n".repeat(300), "a"))).toBe("ENAMETOOLONG");
  });
});
