import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseSocketPath, fits, LONGEST_PATH } from "./socket-path.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "squall-place-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const LONG = `/${"h".repeat(200)}/agent.sock`;
const runtime = () => {
  const path = join(root, "run");
  mkdirSync(path, { mode: 0o700 });
  return { path, environment: { XDG_RUNTIME_DIR: path } };
};

describe("a control socket", () => {
  it("lies where it was asked for, as long as the kernel takes the path, counted in bytes", () => {
    const full = `/${"x".repeat(LONGEST_PATH - 1)}`;
    expect(chooseSocketPath(full)).toEqual({ socket: full, link: null });
    // Fewer characters than the limit, and more bytes.
    const wide = `/${"ü".repeat(60)}`;
    expect([wide.length < LONGEST_PATH, fits(wide)]).toEqual([true, false]);
    expect(chooseSocketPath(wide, runtime().environment).link).toBe(wide);
  });
  it("lies in the runtime folder of this user else, always at the same place for one path", () => {
    const { path, environment } = runtime();
    const place = chooseSocketPath(LONG, environment);
    expect(place.link).toBe(LONG);
    expect(place.socket).toMatch(new RegExp(`^${path}/squall/[0-9a-f]{16}\\.sock$`));
    expect(chooseSocketPath(LONG, environment)).toEqual(place);
    expect(chooseSocketPath(`${LONG}2`, environment).socket).not.toBe(place.socket);
  });
  it.each([
    ["is open to others", (folder: string) => mkdirSync(folder, { mode: 0o750 })],
    ["is a link", (folder: string) => symlinkSync("/tmp", folder)],
    ["is a link to nothing", (folder: string) => symlinkSync("/nowhere", folder)],
  ])("never lies in a folder that %s", (_name, make) => {
    const { path, environment } = runtime();
    make(join(path, "squall"));
    expect(chooseSocketPath(LONG, environment).socket).toMatch(new RegExp(`^${tmpdir()}/squall-`));
  });
  it("never lies where others could put something in its place", () => {
    const { path, environment } = runtime();
    chmodSync(path, 0o777);
    expect(chooseSocketPath(LONG, environment).socket).not.toContain(path);
    expect(chooseSocketPath(LONG, { XDG_RUNTIME_DIR: "relative" }).socket).not.toContain("relative");
  });
});
