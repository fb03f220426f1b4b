/**
 * Mesh of `pool.mjs` and experiments on that mesh: the fault makes the bank slow for `orders`, and must not reach
 * `stock`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../ports.ts";
import { ROOT } from "../tiny.ts";

const EDGES = [
  ["orders", "lock"],
  ["orders", "bank"],
  ["stock", "lock"],
  ["shopper", "stock"],
] as const;
const SERVICES = ["bank", "lock", "orders", "stock", "shopper"] as const;

/** Writes `mesh.yaml`. */
export const writePool = async (home: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
  const ports = new Map<string, number>();
  for (const name of [...SERVICES, ...EDGES.map((edge) => edge.join("->"))]) ports.set(name, await freePort());
  const through = (edge: string) => `http://127.0.0.1:${ports.get(edge)}`;
  const variables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    orders: { LOCK: through("orders->lock"), BANK: through("orders->bank") },
    stock: { LOCK: through("stock->lock") },
    shopper: { STOCK: through("shopper->stock") },
  };
  const services = SERVICES.map((name) => {
    const all = { ROLE: name, PORT: String(ports.get(name)), ...variables[name], ...env };
    const address = `127.0.0.1:${ports.get(name)}`;
    return `    ${name}: { command: [node, pool.mjs], env: ${JSON.stringify(all)}, endpoints: ["${address}"] }`;
  });
  const edges = EDGES.map(
    ([from, to]) => `    - { from: ${from}, to: ${to}, listen: "127.0.0.1:${ports.get(`${from}->${to}`)}" }`,
  );
  const spec = [`  directory: ${ROOT}/test/run`, "  services:", ...services, "  edges:", ...edges];
  const head = ["apiVersion: squall.dev/v1", "kind: Mesh", "metadata: { name: pool }", "spec:"];
  writeFileSync(join(home, "mesh.yaml"), `${[...head, ...spec].join("\n")}\n`);
};

export interface PoolParts {
  readonly name?: string;
  readonly delay?: string;
  readonly phases?: string;
  readonly limits?: string;
  readonly more?: string;
  /** Hypothesis and faults; by default the bank is slow for orders. */
  readonly hypothesis?: string;
  readonly faults?: string;
}
const ORDERS = `    - { name: orders are taken, http: { to: orders, every: 60ms, timeout: 4s }, good: { status: 2xx }, objective: 80%, minSamples: 5 }`;
/** Writes the file of an experiment whose own hypothesis holds. */
export const writePoolExperiment = (home: string, parts: PoolParts = {}): string => {
  const { name = "pool", delay = "300ms", limits = "{}", more = "" } = parts;
  const phases = parts.phases ?? "{ warmup: 1s, baseline: 6s, during: 14s, recovery: { within: 5s, hold: 1s } }";
  const file = join(home, `${name}.yaml`);
  writeFileSync(
    file,
    `apiVersion: squall.dev/v1
kind: Experiment
metadata: { name: ${name} }
spec:
  mesh: ./mesh.yaml
  phases: ${phases}
  limits: ${limits}
${more}
  hypothesis:
${parts.hypothesis ?? ORDERS}
  faults:
${parts.faults ?? `    - { name: the bank is slow, edge: { from: orders, to: bank }, hits: { atLeast: 3 }, latency: { delay: ${delay} } }`}
`,
  );
  return file;
};
