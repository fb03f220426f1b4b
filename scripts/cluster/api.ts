/** Requests to an API server, for the supervisor and for tests. */
import { Agent, request } from "node:https";
import type { Credentials } from "./pki.ts";

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind, told apart by the caller.
  readonly body: any;
}
export interface Api {
  /** `type`: content type, of a patch. Rejects: no connection, or a connection that ended early. */
  ask(method: string, path: string, body?: unknown, type?: string): Promise<ApiAnswer>;
  close(): void;
}

export const openApi = ({ server, ca, token }: Credentials): Api => {
  const agent = new Agent({ ca, keepAlive: true });
  const ask: Api["ask"] = (method, path, body, type = "application/json") =>
    new Promise((done, fail) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        // A request without a length would lose the body of a DELETE.
        ...(text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) }),
      };
      const call = request(new URL(path, server), { method, agent, headers, timeout: 30_000 }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", fail);
        answer.on("end", () => {
          const words = Buffer.concat(chunks).toString("utf8");
          const isJson = answer.headers["content-type"]?.startsWith("application/json");
          done({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(words) : words });
        });
      });
      call.on("timeout", () => call.destroy(new Error(`no answer to ${method} ${path} within 30 s`)));
      call.on("error", fail).end(text);
    });
  return { ask, close: () => agent.destroy() };
};
