/** A real Prometheus that scrapes the server of a test every second, and evaluates the rules of docs/alerts.yml. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "vitest";
import { lackOf } from "../../scripts/programs.ts";
import { findPrometheus, PROMETHEUS } from "../../scripts/prometheus.ts";
import { needing } from "../needing.ts";
import { freePort } from "../ports.ts";

/** Folder of the installed Prometheus; null: none is installed, and the tests that need Prometheus are skipped. */
export const FOLDER = findPrometheus();
/** `it`, skipped with the reason where no Prometheus is installed. */
export const itByPrometheus = needing(it, lackOf(PROMETHEUS));
export const describeByPrometheus = needing(describe, lackOf(PROMETHEUS));
export const RULES = resolve(import.meta.dirname, "../../docs/alerts.yml");

/** Runs promtool; returns the exit status and the output of both streams. */
export const promtool = (argv: readonly string[], input = "") => {
  const { status, stdout, stderr } = spawnSync(join(FOLDER!, "promtool"), argv, { input, encoding: "utf8" });
  return { status, told: `${stdout}${stderr}` };
};

export interface Prometheus {
  /** Names of the alerts that fire. */
  firing(): Promise<string[]>;
  /** Value of the only series of a query; null: no series. */
  value(query: string): Promise<number | null>;
  stop(): Promise<void>;
}
export const startPrometheus = async (
  folder: string,
  { target, token, rules = RULES }: { readonly target: string; readonly token: string; readonly rules?: string },
): Promise<Prometheus> => {
  mkdirSync(folder, { recursive: true });
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    rule_files: [rules],
    scrape_configs: [
      {
        job_name: "squall",
        authorization: { type: "Bearer", credentials: token },
        static_configs: [{ targets: [new URL(target).host] }],
      },
    ],
  };
  // JSON is valid YAML too.
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  const port = await freePort();
  const argv = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child: ChildProcess = spawn(join(FOLDER!, "prometheus"), argv, { stdio: "ignore" });
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`).catch(() => null);
    return answer?.ok ? ((await answer.json()) as { data: never }).data : null;
  };
  return {
    async firing() {
      const data = (await ask("/alerts")) as { alerts: { state: string; labels: { alertname: string } }[] } | null;
      const alerts = data?.alerts.filter(({ state }) => state === "firing") ?? [];
      return alerts.map(({ labels }) => labels.alertname).toSorted();
    },
    async value(query) {
      type Data = { result: { value: [number, string] }[] } | null;
      const data = (await ask(`/query?query=${encodeURIComponent(query)}`)) as Data;
      return data?.result.length === 1 ? Number(data.result[0]!.value[1]) : null;
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
};
