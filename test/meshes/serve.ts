/** Server of the mesh tests, in the test's process: answers its URL, a caller of its API, and its end. */
import { join } from "node:path";
import { lineLog } from "../../server/log.ts";
import { startServer } from "../../server/server.ts";
import { TOKEN } from "../agent/server.ts";

/** `meshFile`: mesh that the server watches; absent: a server without any mesh. */
export const serveIn = async (folder: string, meshFile?: string) => {
  const server = await startServer({
    ...{ folder: join(folder, "server"), mesh: null, listen: { host: "127.0.0.1", port: 0 }, token: TOKEN },
    ...{ allowExec: false, log: lineLog(() => {}), ...(meshFile === undefined ? {} : { meshFile }) },
  });
  /** Throws an answer that is no success. */
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const response = await fetch(`${server.url}${path}`, {
      ...{ method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
    });
    const reply = (await response.json()) as T;
    if (!response.ok) throw new Error(JSON.stringify(reply));
    return reply;
  };
  return { url: server.url, call, close: () => server.close() };
};
