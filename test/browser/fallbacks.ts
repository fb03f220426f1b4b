/** Mesh of `fallbacks.mjs`: an HTTP edge and a TCP edge, each from a caller that answers without its callee. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../ports.ts";
import { ROOT } from "../tiny.ts";

const SERVICES = ["stock", "store", "web", "till", "client"] as const;
const EDGES = [
  { from: "web", to: "stock", protocol: "http" },
  { from: "till", to: "store", protocol: "tcp" },
  { from: "client", to: "web", protocol: "http" },
  { from: "client", to: "till", protocol: "http" },
] as const;

/** Writes `mesh.yaml` of the mesh `fallbacks`, and returns the path. */
export const writeFallbacks = async (home: string): Promise<string> => {
  const ports = new Map<string, number>();
  for (const name of [...SERVICES, ...EDGES.map(({ from, to }) => `${from}->${to}`)]) ports.set(name, await freePort());
  const address = (name: string) => `127.0.0.1:${ports.get(name)}`;
  const services = SERVICES.map((name) => {
    const callees = EDGES.filter(({ from }) => from === name).map(({ to, protocol }) => [
      to.toUpperCase(),
      `${protocol === "http" ? "http://" : ""}${address(`${name}->${to}`)}`,
    ]);
    const env = JSON.stringify({ ROLE: name, PORT: String(ports.get(name)), ...Object.fromEntries(callees) });
    return `    ${name}: { command: [node, fallbacks.mjs], env: ${env}, endpoints: ["${address(name)}"] }`;
  });
  const edges = EDGES.map(
    ({ from, to, protocol }) =>
      `    - { from: ${from}, to: ${to}, listen: "${address(`${from}->${to}`)}", protocol: ${protocol} }`,
  );
  const path = join(home, "mesh.yaml");
  const head = ["apiVersion: squall.dev/v1", "kind: Mesh", "metadata: { name: fallbacks }", "spec:"];
  const spec = [`  directory: ${ROOT}/test/browser`, "  services:", ...services, "  edges:", ...edges];
  writeFileSync(path, `${[...head, ...spec].join("\n")}\n`);
  return path;
};
