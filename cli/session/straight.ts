/** Straight to an agent, by its control socket: works when its server is dead, hung or was never there. */
import { request } from "node:http";
import { join } from "node:path";
import { agentsIn, namesIn } from "./home.ts";
import type { Place } from "./places.ts";

const PATIENCE_MS = 3_000;

/** Where agents of these folders, and those that were started by themselves, may listen. */
export const controlSockets = async (home: string, places: readonly Place[]): Promise<string[]> => {
  const alone = (await namesIn(agentsIn(home))).filter((name) => name.endsWith(".sock"));
  const embedded = await Promise.all(
    places.map(async ({ folder }) =>
      (await namesIn(folder)).includes("agent.sock") ? [join(folder, "agent.sock")] : [],
    ),
  );
  return [...alone.map((name) => join(agentsIn(home), name)), ...embedded.flat()];
};

export type Dropped = "dropped" | "nobody" | "failed";
/** `nobody`: the process is gone, and its faults with it. */
export const dropAt = (socketPath: string): Promise<Dropped> =>
  new Promise((resolve) => {
    const headers = { "content-type": "application/json", "content-length": 2 };
    const call = request(
      { socketPath, method: "POST", path: "/v1/drop", headers, timeout: PATIENCE_MS },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode === 200 ? "dropped" : "failed"));
      },
    );
    call.on("timeout", () => call.destroy(new Error("timeout")));
    call.on("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "ECONNREFUSED" || error.code === "ENOENT" ? "nobody" : "failed"),
    );
    call.end("{}");
  });
