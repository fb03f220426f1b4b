/** The demo shop, open, on free ports: `squall up` with shoppers who keep coming, and the shop's experiments beside. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readRecord } from "../../cli/session/server-record.ts";
import { checkJournals } from "../journals.ts";
import { freePort } from "../ports.ts";
import { ended, ROOT, start } from "../tiny.ts";
import { eventually } from "./stage.ts";

const SHOP = join(ROOT, "experiments/shop");

export interface Asking {
  readonly method?: string;
  readonly body?: unknown;
}
export interface Shop {
  readonly home: string;
  readonly url: string;
  readonly token: string;
  /** Writes an experiment of the library beside the mesh of this shop, with `change` applied; returns the path. */
  experiment(name: string, change?: (text: string) => string): string;
  ask<T>(path: string, asking?: Asking): Promise<T>;
  /** Stores a document on the server. */
  apply(text: string): Promise<unknown>;
  /** Text of an experiment of the library. */
  text(name: string): string;
}
/** Text of an experiment of the shop with the fault live long enough for every picture of the run. */
export const lasting = (text: string): string =>
  text
    .replace(/phases: .*/, "phases: { warmup: 1s, baseline: 5s, during: 150s, recovery: { within: 20s, hold: 1s } }")
    .replace("rate: 40/s", "every: 200ms")
    .replace("objective: 99%", "objective: 90%")
    .replace("deadline: 1m", "deadline: 5m");

const meshText = async (): Promise<string> => {
  const text = readFileSync(join(SHOP, "open.yaml"), "utf8");
  const ports = new Map<string, number>();
  for (const [port] of text.matchAll(/\b7[12]0\d\b/g)) if (!ports.has(port)) ports.set(port, await freePort());
  return text
    .replace(/\b7[12]0\d\b/g, (port) => String(ports.get(port)))
    .replace(/directory: .*/, `directory: ${join(ROOT, "dist/experiments/shop")}`);
};

/** Opens the shop; `close` ends all processes that the shop started. */
export const openShop = async (): Promise<Shop & { close(): Promise<void> }> => {
  const home = mkdtempSync(join(tmpdir(), "squall-shop-"));
  const mesh = join(home, "mesh.yaml");
  writeFileSync(mesh, await meshText());
  const child = start(home, ["up", mesh]);
  const over = ended(child);
  const close = async () => {
    child.kill("SIGTERM");
    await over;
    checkJournals(home);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const { url, token } = await eventually(() => readRecord(join(home, "up/shop.json")));
    const text = (name: string) => readFileSync(join(SHOP, `${name}.yaml`), "utf8");
    const ask = async <T>(path: string, { method = "GET", body }: Asking = {}): Promise<T> => {
      const headers = { authorization: `Bearer ${token}` };
      const asked =
        body === undefined
          ? { method, headers }
          : { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
      const response = await fetch(`${url}/api/v1${path}`, asked);
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    };
    return {
      ...{ home, url, token, text, close, ask },
      apply(text) {
        const body = parse(text) as { kind: string; metadata: { name: string } };
        return ask(`/documents/${body.kind}/${body.metadata.name}`, { method: "PUT", body });
      },
      experiment(name, change = (text) => text) {
        const file = join(home, `${name}.yaml`);
        writeFileSync(file, change(text(name)));
        return file;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};
