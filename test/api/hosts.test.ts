/** The Host values that a request may name, byte by byte: requests that an HTTP client would never send. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TOKEN } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ hosts: ["squall.example"] });
});
afterAll(() => stage.close());

/** Status and code of the answer to these lines. */
const said = (...lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stage.house.server.url);
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const code = /"code":"([a-z-]+)"/.exec(text)?.[1];
      resolve([/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? text, ...(code === undefined ? [] : [code])].join(" "));
    });
  });
const get = (target: string, version: string, ...headers: readonly string[]) =>
  said(`GET ${target} HTTP/${version}`, ...headers, `Authorization: Bearer ${TOKEN}`, "Connection: close");

it("takes one Host that is a name of the server", async () => {
  expect(await get("/api/v1/gate", "1.1", "Host: localhost")).toBe("200");
  expect(await get("/api/v1/gate", "1.1", "hOsT: SQUALL.example:99")).toBe("200");
  expect(await get("/api/v1/gate", "1.0", "Host: squall.example")).toBe("200");
});
it("refuses two, whichever they are, on every route and in either version of HTTP", async () => {
  const pairs = [
    ["Host: localhost", "Host: localhost"],
    ["Host: localhost", "Host: evil.example"],
    ["Host: evil.example", "host: localhost"],
    ["Host: localhost", "Host:"],
  ];
  for (const target of ["/api/v1/gate", "/healthz", "/", "/nowhere", "/api/v1/agent"])
    for (const version of ["1.0", "1.1"])
      for (const pair of pairs) expect(await get(target, version, ...pair)).toBe("400 bad-request");
});
it("refuses them for a WebSocket as well, and leaves no socket of a refused one open", async () => {
  const upgrade = ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
  const dial = (target: string, token: string, ...hosts: readonly string[]) =>
    said(`GET ${target} HTTP/1.1`, ...hosts, ...upgrade, `Authorization: Bearer ${token}`, "Connection: Upgrade");
  expect(await dial("/api/v1/agent", TOKEN, "Host: localhost", "Host: localhost")).toBe("400 bad-request");
  expect(await dial("/api/v1/agent", "wrong", "Host: localhost")).toBe("401 not-authorized");
  expect(await dial("/%zz", TOKEN, "Host: localhost")).toBe("400 bad-request");
  expect(await dial("/nowhere", TOKEN, "Host: localhost")).toBe("404 no-such-route");
});
it("refuses none, an empty one, and one of another site", async () => {
  expect(await get("/api/v1/gate", "1.1")).toMatch(/^400/);
  expect(await get("/api/v1/gate", "1.0")).toBe("403 host-not-allowed");
  for (const host of ["Host:", "Host:  ", "Host: :4780", "Host: evil.example", "Host: localhost, evil.example"])
    expect(await get("/api/v1/gate", "1.1", host)).toBe("403 host-not-allowed");
});
it("refuses a target that names another host than Host", async () => {
  expect(await get("http://localhost/api/v1/gate", "1.1", "Host: LOCALHOST")).toMatch(/^(200|404)/);
  for (const target of [
    "http://evil.example/api/v1/gate",
    "http://localhost@evil.example/api/v1/gate",
    "http://localhost:1/api/v1/gate",
    "HTTPS://evil.example/healthz",
    "http:///api/v1/gate",
  ])
    expect(await get(target, "1.1", "Host: localhost")).toMatch(/^400/);
  expect(await get("http://evil.example/api/v1/gate", "1.1", "Host: evil.example")).toBe("403 host-not-allowed");
});
