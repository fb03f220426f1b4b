/** Clients that third-party generators make of the OpenAPI document do the main job on a real server. */
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentText, generatePython, generateTypeScript } from "../../scripts/clients.ts";
import { findNodeTools, findPythonTools, NODE_TOOLS, PYTHON_TOOLS, toolsLack } from "../../scripts/openapi-tools.ts";
import { needing } from "../needing.ts";
import { type House, openHouse, TOKEN } from "../server/house.ts";

const ROOT = join(import.meta.dirname, "../..");
const tools = { node: findNodeTools(), python: findPythonTools() };

/** A new folder that holds the document. */
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "squall-clients-"));
  writeFileSync(join(folder, "openapi.json"), documentText());
  return folder;
};

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Output of the program, step by step. */
const run = (program: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  new Promise<readonly Record<string, unknown>[]>((resolve, reject) => {
    const child = spawn(program, [...argv, house.server.url, randomUUID()], {
      env: { ...process.env, SQUALL_TOKEN: TOKEN, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, problems]: [string[], string[]] = [[], []];
    child.stdout.on("data", (part) => out.push(String(part)));
    child.stderr.on("data", (part) => problems.push(String(part)));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code !== 0) return reject(new Error(`it ended with ${code}:\n${out.join("")}${problems.join("")}`));
      const lines = out.join("").trim().split("\n");
      resolve(lines.map((line) => JSON.parse(line) as Record<string, unknown>));
    });
  });
/** Both programs print the same steps. */
const expectMainJob = (told: readonly Record<string, unknown>[]) => {
  const [start, repeat] = told;
  expect(told).toEqual([
    { step: "start", id: expect.any(String), status: 201 },
    { step: "repeat", id: start!.id, status: 200 },
    { step: "follow", first: "created", last: "closed", records: expect.any(Number) },
    { step: "report", state: "finished", verdict: "HELD", receipts: 1 },
    { step: "halt", halted: 1, verdict: "HALTED", because: "operator" },
    { step: "refused", status: 409, code: "run-is-over" },
  ]);
  expect(repeat!.id).toBe(start!.id);
};

needing(describe, toolsLack(NODE_TOOLS))("a TypeScript client", () => {
  it("compiles against the generated types, starts, repeats, follows, reports and halts", async () => {
    const folder = newFolder();
    generateTypeScript(folder);
    const source = join(import.meta.dirname, "typescript");
    for (const file of readdirSync(source)) cpSync(join(source, file), join(folder, file));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    symlinkSync(join(tools.node!, "node_modules"), join(folder, "node_modules"));
    // The newest compiler is the project's own, and so are Node's types.
    const types = ["--typeRoots", join(ROOT, "node_modules/@types")];
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const compiled = spawnSync(process.execPath, [tsc, "-p", folder, ...types], { encoding: "utf8" });
    expect(compiled.stdout).toBe("");
    expectMainJob(await run(process.execPath, [join(folder, "out/program.js")]));
  });
});

needing(describe, toolsLack(PYTHON_TOOLS))("a Python client", () => {
  it("is generated without a warning, starts, repeats, follows, reports and halts", async () => {
    const folder = newFolder();
    generatePython(folder);
    const program = join(import.meta.dirname, "python/program.py");
    const env = { PYTHONPATH: join(folder, "python"), PYTHONDONTWRITEBYTECODE: "1" };
    expectMainJob(await run(join(tools.python!, "bin/python"), [program], env));
  });
});
