/**
 * `npm run clients [-- FOLDER]`: generates clients of the HTTP API into FOLDER (`dist/clients`): `openapi.json`, types for
 * TypeScript with openapi-typescript, a package for Python with openapi-python-client.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openApiDocument } from "../server/api/openapi/document.ts";
import { findNodeTools, findPythonTools, NODE_TOOLS, PYTHON_TOOLS } from "./openapi-tools.ts";
import { ensure } from "./programs.ts";

const ROOT = join(import.meta.dirname, "..");
/**
 * Name of the session cookie. A server's cookie carries the id of the cluster; a client of many servers has no use for
 * cookies.
 */
const COOKIE = "squall";
/** Text of the OpenAPI document in the form that a server serves. */
export const documentText = (): string => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  return `${JSON.stringify(openApiDocument({ version, cookie: COOKIE }), null, 2)}\n`;
};

const run = (program: string, argv: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, argv, { encoding: "utf8" });
  const said = `${stdout ?? ""}${stderr ?? ""}`;
  if (status !== 0) throw new Error(`${program} ${argv.join(" ")} ended with ${status}:\n${said}`);
  return said;
};

/**
 * Generates the types from `openapi.json` in `folder`, written to `squall.ts` in the same folder. Throws Error: the
 * tools are not installed.
 */
export const generateTypeScript = (folder: string): string => {
  const tools = findNodeTools();
  if (tools === null) throw new Error("openapi-typescript is not installed");
  const cli = join(tools, "node_modules/openapi-typescript/bin/cli.js");
  return run(process.execPath, [cli, join(folder, "openapi.json"), "--output", join(folder, "squall.ts")]);
};
/**
 * Generates the package from `openapi.json` in `folder`, written to `python` in the same folder. Throws Error: the
 * tools are not installed.
 */
export const generatePython = (folder: string): string => {
  const tools = findPythonTools();
  if (tools === null) throw new Error("openapi-python-client is not installed");
  const config = join(folder, "python.json");
  // The generator does not support NDJSON: as text, the body at least arrives whole.
  writeFileSync(
    config,
    JSON.stringify({ content_type_overrides: { "application/x-ndjson": "text/plain" }, post_hooks: [] }),
  );
  const [input, output] = [join(folder, "openapi.json"), join(folder, "python")];
  rmSync(output, { recursive: true, force: true });
  const words = ["generate", "--path", input, "--output-path", output, "--config", config, "--fail-on-warning"];
  return run(join(tools, "bin/python"), ["-m", "openapi_python_client", ...words]);
};

const main = (): void => {
  const folder = resolve(process.argv[2] ?? join(ROOT, "dist/clients"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "openapi.json"), documentText());
  const made = ["openapi.json"];
  const left: string[] = [];
  if (ensure(NODE_TOOLS) === null) left.push(`TypeScript: ${NODE_TOOLS.advice}`);
  else {
    generateTypeScript(folder);
    made.push("squall.ts");
  }
  if (ensure(PYTHON_TOOLS) === null) left.push(`Python: ${PYTHON_TOOLS.advice}`);
  else {
    generatePython(folder);
    made.push("python/squall_client");
  }
  process.stdout.write(`${made.map((file) => join(folder, file)).join("\n")}\n`);
  for (const line of left) process.stderr.write(`left out: ${line}\n`);
};
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
