/**
 * Proxy settings, NODE_USE_ENV_PROXY on Node 24: no request of Squall goes to a proxy that only the environment names.
 */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { exchange } from "../../cli/session/exchange.ts";
import { ensureTree } from "../../scripts/nodes.mjs";
import { openPairYard, type PairYard, pairExperiment, ROOT } from "../cli/squall.ts";
import { sleep, until } from "../waiting.ts";
import { launch } from "./launch.ts";

/** Proxy that records every request and answers each with 502; CONNECT opens a tunnel only with `tunnels`. */
const openProxy = async (tunnels = false) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    response.writeHead(502).end("of the proxy");
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
    socket.on("error", () => {});
    if (!tunnels) return socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const [, port] = request.url!.split(":");
    const far = connect(Number(port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      far.pipe(socket).pipe(far);
    });
    far.on("error", () => socket.destroy());
  });
  return { asked, url: await listening(server), close: () => closing(server) };
};
const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const closing = (server: Server): void => {
  server.closeAllConnections();
  server.close();
};
const through = (proxy: string): Record<string, string> => {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return {
    NODE_USE_ENV_PROXY: "1",
    NO_PROXY: "",
    no_proxy: "",
    ...Object.fromEntries(names.map((name) => [name, proxy])),
  };
};

/** Reason why Node 24 is missing here; null: present. The npm package of Node 24 comes from the registry. */
let lack: string | null = null;
const tree = (() => {
  try {
    return ensureTree(24);
  } catch (error) {
    lack = (error as Error).message.split("\n", 1)[0]!;
    return null;
  }
})();
describe.skipIf(tree === null)(
  `with NODE_USE_ENV_PROXY on Node 24${lack === null ? "" : ` (left out: ${lack})`}`,
  () => {
    let node: string;
    /**
     * CLI of the checkout whose node_modules that Node installed: other checkouts lack an SQLite driver for that Node.
     */
    let cli: string;
    let yard: PairYard;
    let proxy: Awaited<ReturnType<typeof openProxy>>;
    beforeAll(async () => {
      node = tree!.node;
      cli = join(tree!.tree, "cli/squall.js");
      yard = await openPairYard();
      proxy = await openProxy();
    }, 600_000);
    afterAll(() => {
      proxy.close();
      yard.remove();
    });
    const squall = async (argv: readonly string[]) => {
      const run = launch(yard.folder, [node, cli, ...argv], { SQUALL_HOME: yard.home, ...through(proxy.url) });
      await run.closed;
      return { code: run.child.exitCode, said: run.said() };
    };

    test("the proxy is one that Node itself would use", async ({ expect }) => {
      const script =
        'fetch("http://127.0.0.1:9999/").catch(() => {}); require("http").get("http://127.0.0.1:9999/x").on("error", () => {})';
      await launch(yard.folder, [node, "-e", script], through(proxy.url)).closed;
      expect(proxy.asked.length).toBeGreaterThan(1);
      proxy.asked.length = 0;
    });
    test("commands go to a server of this machine without it", async ({ expect }) => {
      yard.put("held.yaml", pairExperiment({ name: "held" }));
      expect(await yard.squall(["up", "mesh.yaml", "--detach"])).toMatchObject({ code: 0 });
      try {
        for (const argv of [["run", "held.yaml"], ["agents"]]) {
          const { code, said } = await squall(argv);
          expect({ argv, code, said }).toMatchObject({ code: 0 });
        }
        const halted = await squall(["halt", "--all", "--home-only"]);
        expect(halted).toMatchObject({ code: 0, said: expect.stringContaining("nothing starts on mesh pair") });
      } finally {
        await yard.squall(["down"]);
      }
      expect(proxy.asked).toEqual([]);
    });
    test("halt goes straight to an agent without it", async ({ expect }) => {
      const agent = yard.start(["agent", "--mesh", "mesh.yaml"]);
      await agent.shows('"event":"listening"');
      const { said } = await squall(["halt", "--all", "--home-only"]);
      agent.child.kill("SIGTERM");
      await agent.ended;
      expect(said).toContain("dropped the faults of the agent");
      expect(proxy.asked).toEqual([]);
    });
    test("an agent joins and dials its server without it", async ({ expect }) => {
      const seen: string[] = [];
      const server = createServer((request, response) => {
        seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
        request.resume();
        response.writeHead(200, { "content-type": "application/json" }).end('{"token":"of-the-instance"}');
      });
      server.on("upgrade", (request, socket) => {
        seen.push(`upgrade ${request.url} ${request.headers.authorization}`);
        socket.destroy();
      });
      const url = await listening(server);
      const argv = [
        join(ROOT, "dist/agent/main.js"),
        "--server",
        url,
        "--join-env",
        "JOIN",
        "--control",
        join(yard.folder, "a"),
      ];
      const agent = launch(yard.folder, [node, ...argv], { JOIN: "join-token", ...through(proxy.url) });
      try {
        await until("it has dialled", () => seen.some((line) => line.startsWith("upgrade")));
      } finally {
        agent.end();
        closing(server);
      }
      expect(seen.slice(0, 2)).toEqual([
        "POST /api/v1/agents/join Bearer join-token",
        "upgrade /api/v1/agent Bearer of-the-instance",
      ]);
      expect(proxy.asked).toEqual([]);
    });
    test("a context asks for a proxy, and only for servers of other machines", async ({ expect }) => {
      const set = (name: string, url: string) =>
        yard.squall(
          ["context", "set", name, "--server", url, "--token-stdin", "--proxy", proxy.url],
          {},
          "secret-token",
        );
      expect(await set("far", "http://squall.invalid:4780")).toMatchObject({ code: 0 });
      expect(await set("near", "http://127.0.0.1:1")).toMatchObject({ code: 0 });
      expect((await squall(["agents", "--context", "near"])).code).toBe(69);
      expect(proxy.asked).toEqual([]);
      expect((await squall(["agents", "--context", "far"])).said).toContain("502");
      expect(proxy.asked).toEqual(["CONNECT squall.invalid:4780 "]);
      proxy.asked.length = 0;
      // With `--proxy none` the proxy is not used.
      await yard.squall(["context", "set", "far", "--proxy", "none"]);
      expect((await squall(["agents", "--context", "far"])).code).toBe(69);
      expect(proxy.asked).toEqual([]);
      for (const name of ["far", "near"]) await yard.squall(["context", "delete", name]);
    });
    test("a whole run asks it nothing", async ({ expect }) => {
      // The services' own use of the variable is out of scope: the mesh turns the variable off for the services.
      const mesh = yard.read("mesh.yaml").replaceAll("env: {", 'env: { NODE_USE_ENV_PROXY: "0",');
      yard.put("own/mesh.yaml", mesh);
      yard.put("own/held.yaml", pairExperiment({ name: "held" }));
      const { code, said } = await squall(["run", "own/held.yaml"]);
      expect({ code, said }).toMatchObject({ code: 0 });
      expect(proxy.asked).toEqual([]);
    }, 240_000);
  },
);

describe("a proxy that was asked for", () => {
  test("is a tunnel, with the user and the password of its URL, and sees no token", async ({ expect }) => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.writeHead(200).end("answer");
    });
    const { port } = new URL(await listening(server));
    const proxy = await openProxy(true);
    const line = { ca: null, proxy: proxy.url.replace("http://", "http://user:p%40ss@") };
    const request = {
      method: "GET",
      headers: { authorization: "Bearer secret" },
      body: null,
      signal: AbortSignal.timeout(5_000),
    };
    try {
      const answer = await exchange(new URL(`http://squall.invalid:${port}/a?b`), request, line);
      expect([answer.status, await answer.text()]).toEqual([200, "answer"]);
      expect(seen).toEqual(["GET /a?b Bearer secret"]);
      expect(proxy.asked).toEqual([
        `CONNECT squall.invalid:${port} Basic ${Buffer.from("user:p@ss").toString("base64")}`,
      ]);
    } finally {
      proxy.close();
      closing(server);
      await sleep(0);
    }
  });
});
