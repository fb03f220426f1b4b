import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { answersFor, parseAddress, parseListening, SocketTable } from "./listeners.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const ROW = "00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0";

describe("the socket tables", () => {
  it("tell the listeners of both families, and only those", () => {
    const table = [
      HEAD,
      `   0: 0100007F:1BC0 00000000:0000 0A ${ROW}`,
      `   1: 0100007F:1BC0 0100007F:9C40 01 ${ROW}`,
      `   2: 00000000000000000000000001000000:1BC1 00000000000000000000000000000000:0000 0A ${ROW}`,
    ].join("\n");
    expect(parseListening(table)).toEqual([
      { host: "127.0.0.1", port: 7104, inode: "4711", uid: 1000 },
      { host: "0:0:0:0:0:0:0:1", port: 7105, inode: "4711", uid: 1000 },
    ]);
  });

  it.each([
    ["127.0.0.1", "127.0.0.1:80", true],
    ["127.0.0.1", "127.0.0.2:80", false],
    ["127.0.0.1", "127.0.0.1:81", false],
    ["0.0.0.0", "127.0.0.1:80", true],
    ["0:0:0:0:0:0:0:0", "127.0.0.1:80", true],
    ["0:0:0:0:0:0:0:1", "[::1]:80", true],
    ["0:0:0:0:0:0:0:1", "127.0.0.1:80", false],
    ["0:0:0:0:0:ffff:7f00:1", "127.0.0.1:80", true],
    ["127.0.0.1", "localhost:80", true],
  ])("a listener on %s answers for %s: %s", (host, wanted, expected) => {
    expect(answersFor({ host, port: 80 }, parseAddress(wanted))).toBe(expected);
  });

  it("lead from an address to the process that holds it", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const table = new SocketTable();
    expect(table.holdersOf(table.listenersOf({ host: "127.0.0.1", port }))).toEqual([process.pid]);
    server.close();
  });
});
