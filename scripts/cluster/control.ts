/** Control socket of a cluster: HTTP on a Unix socket in the cluster's folder, answered by the supervisor. */
import { request } from "node:http";
import { fileOf } from "./layout.ts";

export interface ComponentStatus {
  /** Within the cluster's process namespace; null: stopped. */
  readonly pid: number | null;
  readonly restarts: number;
}
export interface ClusterStatus {
  readonly phase: "starting" | "ready" | "failed";
  readonly failure?: string;
  readonly components: Readonly<Record<string, ComponentStatus>>;
}

/** Sends a command to a cluster's supervisor. Rejects: no supervisor, or a refused command with the reason. */
export const control = <T = ClusterStatus>(state: string, method: "GET" | "POST", path: string): Promise<T> =>
  new Promise((done, fail) => {
    const socketPath = fileOf({ state }, "control");
    const call = request({ socketPath, method, path, agent: false, timeout: 120_000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("error", fail).on("end", () => {
        const body = JSON.parse(text) as T & { readonly error?: string };
        if (answer.statusCode === 200) done(body);
        else fail(new Error(body.error ?? `the supervisor answered ${answer.statusCode}`));
      });
    });
    call.on("timeout", () => call.destroy(new Error("no answer from the cluster's supervisor within 120 s")));
    call.on("error", fail).end();
  });
