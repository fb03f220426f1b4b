import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lineLog } from "../../server/log.ts";
import type { Meshes } from "../../server/meshes/meshes.ts";
import { openMeshes } from "../../server/meshes/open.ts";
import { FakeClock } from "../server/fake-clock.ts";
import { sleep, until } from "../waiting.ts";

const text = (...callees: readonly string[]) => `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: shop }
spec:
  services:
    checkout: {}
${callees.map((name, i) => `    ${name}: { endpoints: ["127.0.0.1:71${i}0"] }\n`).join("")}  edges:
${callees.map((name, i) => `    - { from: checkout, to: ${name}, listen: "127.0.0.1:72${i}0" }\n`).join("")}`;

describe("a watched mesh file", () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let meshes: Meshes;
  let lines: string[];
  /** Callees of each mesh that was ever in force. */
  let seen: string[][];
  const edges = () => meshes.current()?.mesh.edges.map(({ to }) => to) ?? [];
  const open = async () => {
    clock = new FakeClock();
    [lines, seen] = [[], []];
    meshes = await openMeshes({ clock, mesh: null, file, log: lineLog((line) => lines.push(line)) });
    meshes.onChange(() => seen.push(edges()));
  };
  /** Advances the watch by a turn, with time for reading the real file. */
  const look = async () => {
    await clock.advance(1_000);
    await sleep(20);
  };
  const untilEdges = (...wanted: readonly string[]) =>
    until(`the edges lead to ${wanted}`, async () => {
      await look();
      return edges().join() === wanted.join();
    });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "squall-meshes-"));
    file = join(folder, "mesh.yaml");
    writeFileSync(file, text("payments"));
    await open();
  });
  afterEach(() => {
    meshes.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is read at the start, and again when it changes, with the difference in the log", async () => {
    expect(edges()).toEqual(["payments"]);
    writeFileSync(file, text("payments", "ledger"));
    await untilEdges("payments", "ledger");
    expect(lines.at(-1)).toContain("+ edge checkout->ledger");
  });

  it("is followed where a cluster mounts it: behind a link that is swapped", async () => {
    meshes.close();
    for (const [version, callee] of [
      ["v1", "payments"],
      ["v2", "ledger"],
    ] as const) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "mesh.yaml"), text(callee));
    }
    symlinkSync("v1", join(folder, "data"));
    file = join(folder, "data", "mesh.yaml");
    await open();
    expect(edges()).toEqual(["payments"]);
    symlinkSync("v2", join(folder, "new"));
    renameSync(join(folder, "new"), join(folder, "data"));
    await untilEdges("ledger");
  });

  it("keeps the mesh when what stands there is wrong or gone, and says so once, with the place", async () => {
    writeFileSync(file, text("payments").replace("endpoints", "endponts"));
    await until("it is told", async () => {
      await look();
      return lines.some((line) => line.includes("endponts"));
    });
    for (let i = 0; i < 3; i++) await look();
    expect(lines.filter((line) => line.includes("did you mean `endpoints`"))).toHaveLength(1);
    expect(lines.join("\n")).toContain(`${file}:7:`);
    expect(edges()).toEqual(["payments"]);
    expect(meshes.sources()).toMatchObject([
      { kind: "file", name: file, edges: 1, problems: [expect.stringContaining("endponts")] },
    ]);

    rmSync(file);
    await until("it is told", async () => {
      await look();
      return lines.some((line) => line.includes("does not exist"));
    });
    expect(edges()).toEqual(["payments"]);
    writeFileSync(file, text("payments"));
    await until("all is well again", async () => {
      await look();
      return meshes.sources()[0]?.problems.length === 0;
    });
    expect(seen).toEqual([]);
  });

  it("is not taken half written: what is there must have stood for two looks", async () => {
    writeFileSync(file, text("payments", "ledger", "inventory"));
    await look();
    expect(edges()).toEqual(["payments"]);
    writeFileSync(file, text("ledger"));
    await untilEdges("ledger");
    expect(seen).toEqual([["ledger"]]);
  });

  it("is taken at once when asked to reload", async () => {
    writeFileSync(file, text("ledger"));
    await meshes.reload();
    expect(edges()).toEqual(["ledger"]);
  });

  it("takes variables from the server's own environment only", async () => {
    writeFileSync(file, text("payments").replace("checkout: {}", `checkout: { labels: { home: "\${HOME}" } }`));
    await meshes.reload();
    expect(lines.join("\n")).toContain("the variable HOME is not set");
  });

  it("may be wrong at the start: the server starts without it and takes it when it is right", async () => {
    meshes.close();
    writeFileSync(file, "kind: [");
    await open();
    expect(meshes.current()).toBeNull();
    writeFileSync(file, text("ledger"));
    await untilEdges("ledger");
  });
});
