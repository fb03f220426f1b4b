/** README's pictures: small, with alternative text for the blind, and drawn by a script from real runs. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { ROOT } from "../tiny.ts";
import { itInBrowser } from "./stage.ts";

const PICTURES = ["docs/run.svg", "docs/mesh.png"];
const MOST_BYTES = 200_000;
/** Width and height of a PNG's first chunk (RFC 2083, 11.2.2). */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

const check = async (folder: string) => {
  const svg = readFileSync(join(folder, "run.svg"), "utf8");
  expect((await validateXML({ xml: { fileName: "run.svg", contents: svg }, normalization: "format" })).errors).toEqual(
    [],
  );
  expect(svg).toContain("<title>");
  for (const word of ["HELD", "checkout → payments", "shoppers can check out"]) expect(svg).toContain(`>${word}`);
  expect(svg).not.toMatch(/<script|href=/);
  expect(svg).not.toContain("\u001b");
  const png = readFileSync(join(folder, "mesh.png"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(sizeOf(png)).toEqual({ width: 1440, height: 660 });
  for (const name of ["run.svg", "mesh.png"]) expect(statSync(join(folder, name)).size).toBeLessThan(MOST_BYTES);
};

it("pictures of README are there, small, and shown with words", async () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  for (const path of PICTURES) {
    expect(existsSync(join(ROOT, path))).toBe(true);
    expect(readme).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(${path}\\)`));
  }
  await check(join(ROOT, "docs"));
});
itInBrowser("`npm run pictures` draws them of real runs", { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-pictures-"));
  try {
    const argv = ["node_modules/tsx/dist/cli.mjs", "test/browser/pictures.ts", "--out", folder];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: "utf8" });
    expect({ status }, `${stdout}${stderr}`).toEqual({ status: 0 });
    await check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
