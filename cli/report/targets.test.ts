import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
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
      message: "--sarif folder: is a folder, expected a file in it; nothing was started",
    });
    expect(await refusal({ html: "file/x.html" })).toMatchObject({
      code: 2,
      message: expect.stringMatching(/^--html file\/x\.html: .*file is a file, and no folder.*nothing was started$/),
    });
    expect(await refusal({ report: "file" })).toMatchObject({ code: 2, message: expect.stringContaining("--report") });
  });
  it("are refused where a variable of the shell was empty", async () => {
    expect(await refusal({ junit: "" })).toEqual({ code: 2, message: '--junit: expected the name of a file, got ""' });
    expect(await refusal({ report: "" })).toMatchObject({ message: '--report: expected the name of a folder, got ""' });
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
      message: expect.stringMatching(/full cannot be written: there is no room left \(ENOSPC\); name another place/),
    });
  });
  it("may be links to files that are not there yet", async () => {
    symlinkSync("made/later.xml", join(cwd, "link"));
    expect(await refusal({ junit: "link" })).toBeNull();
    expect(existsSync(join(cwd, "made"))).toBe(true);
  });
  it("are refused, in bounded time, where the way there cannot be followed or made", async () => {
    symlinkSync("nowhere/x", join(cwd, "dangling"));
    symlinkSync("circle", join(cwd, "circle"));
    for (const [junit, why] of [
      ["dangling/j.xml", /dangling is a link to nowhere\/x, which is not there/],
      ["circle", /circle is a link that leads in a circle/],
      ["circle/a/j.xml", /circle is a link that leads in a circle/],
      ["n".repeat(300), /the name is too long for its file system \(ENAMETOOLONG\)/],
    ] as const)
      expect(await refusal({ junit })).toEqual({
        code: 2,
        message: expect.stringMatching(
          new RegExp(`^--junit ${junit}: .*${why.source}; name another place; nothing was started$`),
        ),
      });
  });
  it.runIf(process.platform === "linux")("are refused, in bounded time, where the kernel makes no files", async () => {
    for (const targets of [
      { junit: "/proc/x/y" },
      { html: "/proc/x" },
      { sarif: "/proc/x/y/z" },
      { report: "/proc/x/y" },
    ])
      expect(await refusal(targets)).toEqual({
        code: 2,
        message: expect.stringMatching(/: \/proc takes no new files or folders \(ENOENT\); name another place;/),
      });
  });
  const pipe = (name: string) => {
    execFileSync("mkfifo", [join(cwd, name)]);
    return name;
  };
  it("are refused where they are a pipe without a reader, or a socket", async () => {
    expect(await refusal({ junit: pipe("pipe") })).toEqual({
      code: 2,
      message: "--junit pipe: is a pipe that nobody reads, start its reader first or name a file; nothing was started",
    });
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(cwd, "socket"), done));
    expect(await refusal({ junit: "socket" })).toMatchObject({ message: expect.stringContaining("is a socket") });
    await new Promise((done) => server.close(done));
  });
  it("may be a pipe, whose reader is not told of an end before there is a report", async () => {
    const path = join(cwd, pipe("pipe"));
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    expect(await refusal({ junit: "pipe" })).toBeNull();
    const bytes = Buffer.alloc(8);
    // An end of file would show as no bytes and no error.
    expect(() => readSync(reader, bytes)).toThrow("EAGAIN");
    writeFileSync(path, "report");
    expect(bytes.toString("utf8", 0, readSync(reader, bytes))).toBe("report");
    closeSync(reader);
  });
  const isRoot = process.getuid?.() === 0;
  it.skipIf(isRoot)("are refused where they are closed to this user, with the command that opens them", async () => {
    writeFileSync(join(cwd, "file"), "", { mode: 0o400 });
    expect(await refusal({ junit: "file" })).toMatchObject({ message: expect.stringMatching(/run `chmod u\+rw /) });
    chmodSync(cwd, 0o500);
    expect(await refusal({ junit: "j.xml" })).toMatchObject({ message: expect.stringMatching(/run `chmod u\+rwx /) });
  });
});
