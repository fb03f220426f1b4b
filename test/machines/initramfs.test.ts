import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BUSYBOX } from "../../scripts/busybox.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { withDependencies, writeCpio } from "./initramfs.ts";

describe("modules of the initramfs", () => {
  const dependencies =
    "kernel/fs/9p/9p.ko: kernel/net/9p/9pnet.ko\nkernel/net/9p/9pnet.ko:\nkernel/fs/x/not9p.ko.xz:\n";
  it("are the named modules and all that these need, each a single time", () => {
    const both = ["kernel/fs/9p/9p.ko", "kernel/net/9p/9pnet.ko"];
    expect(withDependencies(["9p", "9pnet"], dependencies)).toEqual(both);
    expect(withDependencies(["not9p"], dependencies)).toEqual(["kernel/fs/x/not9p.ko.xz"]);
  });
  it("that a kernel lacks are named", () => {
    expect(() => withDependencies(["overlay"], dependencies)).toThrow("modules.dep names no module overlay");
  });
});

needing(describe, lackOf(BUSYBOX))("the cpio archive", () => {
  it("is unpacked by busybox to the same files, of any length", () => {
    const folder = mkdtempSync(join(tmpdir(), "squall-cpio-"));
    try {
      const files = [0, 1, 2, 3, 4, 5].map((bytes) => ({
        path: `a/${"x".repeat(bytes + 1)}`,
        bytes: Buffer.alloc(bytes, 65),
      }));
      const archive = writeCpio([{ path: "a", bytes: null }, ...files]);
      const { status, stderr } = spawnSync(BUSYBOX.find()!, ["cpio", "-i"], { cwd: folder, input: archive });
      expect({ status }, `${stderr}`).toEqual({ status: 0 });
      for (const { path, bytes } of files) expect(readFileSync(join(folder, path))).toEqual(bytes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
