import { describe, expect, it } from "vitest";
import { systemClock } from "../../clock.ts";
import { noLog } from "../../log.ts";
import { createApp } from "../app.ts";
import type { Context } from "../context.ts";
import { openApiDocument } from "./document.ts";

/**
 * Routes served outside of the API: the dashboard's files, and the agents' WebSocket, which a tag describes in words.
 */
const ELSEWHERE = ["/", "/assets/{}", "/api/v1/agent"];
/**
 * Path without parameter names: the router keeps the names of a single place only; document.test.ts covers the names.
 */
const nameless = (path: string): string => path.replace(/:\w+|\{\w+\}/g, "{}");

/** `/runs/:id` → the path's methods, from the tree that Fastify draws of the router. */
const routesIn = (tree: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const routes = new Map<string, Set<string>>();
  const above: string[] = [];
  for (const line of tree.split("\n")) {
    const [, indent, label, methods = ""] = /^((?:[│ ] {3})*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    if (indent === undefined || label === undefined) continue;
    above.length = indent.length / 4;
    above.push(label);
    const path = nameless(above.join(""));
    for (const method of methods.split(", ").filter((one) => one !== ""))
      routes.set(path, (routes.get(path) ?? new Set()).add(method));
  }
  return routes;
};

describe("the routes of a server", () => {
  it("are those of the OpenAPI document, each with its methods and no other", async () => {
    // No request is sent to the server: the dependencies of the routes are absent.
    const context = {
      ...{ clock: systemClock, log: noLog, store: { cluster: "c" }, tokens: { onRevoked: () => {} }, version: "0" },
      config: { listen: { host: "127.0.0.1", port: 0 } },
    } as unknown as Context;
    const metrics = async () => ({ type: "text/plain", text: "" });
    const app = await createApp({ context, unready: () => null, metrics });
    await app.ready();
    const served = new Map(routesIn(app.printRoutes({ commonPrefix: false })));
    await app.close();
    for (const path of ELSEWHERE) expect([path, served.delete(path)]).toEqual([path, true]);
    const document = openApiDocument({ version: "0", cookie: "squall" });
    const described = Object.entries(document.paths as object).map(([path, methods]) => {
      const names = Object.keys(methods).map((method) => method.toUpperCase());
      // HEAD exists wherever GET does: the document says so once.
      return [nameless(path), [...names, ...(names.includes("GET") ? ["HEAD"] : [])].toSorted()] as const;
    });
    const sorted = (entries: readonly (readonly [string, readonly string[]])[]) => entries.toSorted();
    expect(sorted([...served].map(([path, methods]) => [path, [...methods].toSorted()]))).toEqual(sorted(described));
  });
});
