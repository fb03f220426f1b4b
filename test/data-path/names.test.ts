/** Endpoints that are names, over a real name server, real resolver files and real sockets. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../agent/clock/clock.ts";
import { dialByName } from "../../agent/names/dial-by-name.ts";
import { NameResolver } from "../../agent/names/name-resolver.ts";
import { openSystemNames } from "../../agent/names/system-names.ts";
import { dataTransports } from "../../agent/transport/data.ts";
import { handleTransports } from "../../agent/transport/handle.ts";
import { onreadTransports } from "../../agent/transport/onread.ts";
import type { ConnectionError, Receiver, Transport, Transports } from "../../agent/transport/transport.ts";
import { type DnsServer, startDns } from "../dns-server.ts";
import { sleep } from "../waiting.ts";
import { eventually } from "./rig.ts";

const DIAL_MS = 1_500;

let folder: string;
let dns: DnsServer;
const callees: Server[] = [];
const sockets: Socket[] = [];
const dials: Dial[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-names-"));
  dns = await startDns();
  write("resolv.conf", "nameserver 127.0.0.1\nsearch shop.svc cluster\noptions ndots:2 timeout:1 attempts:1\n");
  write("hosts", "127.0.0.1 only-in-hosts\n");
});
afterEach(async () => {
  for (const { transport } of dials.splice(0)) transport.reset();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const callee of callees.splice(0)) callee.close();
  await dns.close();
  rmSync(folder, { recursive: true });
});
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

const named = (tier: Transports): Transports => {
  const files = { resolvConf: join(folder, "resolv.conf"), hosts: join(folder, "hosts"), port: dns.port };
  return dialByName(tier, systemClock, new NameResolver(systemClock, openSystemNames(systemClock.nowMs, files)));
};
/** Callee that answers with the address of its listener, and keeps all bytes read. */
const callee = async (host: string, port = 0): Promise<{ port: number; text: () => string; count: () => number }> => {
  let text = "";
  let count = 0;
  const server = createServer((socket) => {
    count++;
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (part) => {
      text += part;
    });
    socket.write(host);
  });
  callees.push(server);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, () => resolve()));
  return { port: (server.address() as { port: number }).port, text: () => text, count: () => count };
};

class Dial implements Receiver {
  transport!: Transport;
  text = "";
  isOpen = false;
  isClosed = false;
  drains = 0;
  error: ConnectionError | null = null;
  opened(): void {
    this.isOpen = true;
  }
  bytes(buffer: Buffer, end: number): void {
    this.text += buffer.toString("latin1", 0, end);
  }
  ended(): void {}
  drained(): void {
    this.drains++;
  }
  closed(error: ConnectionError | null): void {
    expect(this.isClosed).toBe(false);
    this.isClosed = true;
    this.error = error;
  }
}
const dial = (transports: Transports, host: string, port: number, timeoutMs = DIAL_MS): Dial => {
  const receiver = new Dial();
  receiver.transport = transports.dial({ host, port }, receiver, timeoutMs);
  dials.push(receiver);
  return receiver;
};
const reached = async (receiver: Dial): Promise<string> => {
  await eventually("an end of the dial", () => receiver.text !== "" || receiver.isClosed);
  return receiver.error === null ? receiver.text : `${receiver.error.code}: ${receiver.error.message}`;
};

describe.each([handleTransports, onreadTransports, dataTransports].map((open) => open(systemClock)))(
  "the $tier transport, dialling names",
  (tier) => {
    test("dials other names while 20 names never answer", async () => {
      const { port } = await callee("127.0.0.1");
      const transports = named(tier);
      dns.names.set("payments.shop.svc", { addresses: ["127.0.0.1"] });
      const silent = Array.from({ length: 20 }, (_, i) => `silent-${i}`);
      for (const name of silent) dns.names.set(`${name}.shop.svc`, "silent");
      const waiting = silent.map((name) => dial(transports, name, port));
      await sleep(50);
      for (let i = 0; i < 20; i++) expect(await reached(dial(transports, "payments", port))).toBe("127.0.0.1");
      expect(waiting.filter(({ isClosed }) => isClosed)).toEqual([]);
      expect(await reached(waiting[0]!)).toMatch(/^(timeout|unreachable): no (address|name server)/);
    });

    test("sends what was written before the address was known, whole and in order, and says drained", async () => {
      const { port, text } = await callee("127.0.0.1");
      dns.names.set("payments.shop.svc", { addresses: ["127.0.0.1"] });
      const one = dial(named(tier), "payments", port);
      expect(one.transport.write(Buffer.from("..first,.."), 2, 8)).toBe(false);
      expect(one.transport.writeCopy(Buffer.from("second"))).toBe(false);
      expect(one.transport.pending).toBe(12);
      await eventually("the bytes", () => text() === "first,second", text);
      await eventually("drained", () => one.drains === 1);
      expect([one.isOpen, one.transport.pending, one.transport.addresses?.remote.port]).toEqual([true, 0, port]);
    });

    test("ends a dial that is given up during the look-up, once, without an error", async () => {
      dns.names.set("payments.shop.svc", "silent");
      const one = dial(named(tier), "payments", 80);
      one.transport.reset();
      await eventually("closed", () => one.isClosed);
      expect([one.isOpen, one.error]).toEqual([false, null]);
    });

    test("takes the other family when the first is refused", async () => {
      const { port } = await callee("127.0.0.1");
      dns.names.set("payments.shop.svc", { addresses: ["::1", "127.0.0.1"] });
      expect(await reached(dial(named(tier), "payments", port))).toBe("127.0.0.1");
    });

    test("takes the next address when one is refused, and uses several in turn", async () => {
      const { port } = await callee("127.0.0.2");
      dns.names.set("payments.shop.svc", { addresses: ["127.0.0.3", "127.0.0.2"] });
      const transports = named(tier);
      expect(await reached(dial(transports, "payments", port))).toBe("127.0.0.2");
      await callee("127.0.0.3", port);
      const turns = [];
      for (let i = 0; i < 4; i++) turns.push(await reached(dial(transports, "payments", port)));
      expect(turns.filter((address) => address === "127.0.0.2")).toHaveLength(2);
      expect(turns.filter((address) => address === "127.0.0.3")).toHaveLength(2);
    });
  },
);

/** Listens and never accepts: once its queue is full, a dial gets no answer. */
const DEAF = `
  const [host, port] = process.argv.slice(1);
  const server = require("node:net").createServer().listen({ host, port: Number(port), backlog: 1 }, () => {
    require("node:fs").writeSync(1, "up");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;
const deaf = async (host: string, port: number): Promise<() => void> => {
  const listener = spawn(process.execPath, ["-e", DEAF, host, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  await once(listener.stdout, "data");
  for (let i = 0; i < 4; i++) sockets.push(connect({ host, port }).on("error", () => {}));
  await sleep(100);
  return () => listener.kill("SIGKILL");
};

describe("addresses of a name that do not answer", () => {
  const tier = handleTransports(systemClock);

  test("cost no dial where the other family answers, and get no byte", async () => {
    const { port, text } = await callee("127.0.0.1");
    const end = await deaf("::1", port);
    dns.names.set("payments.shop.svc", { addresses: ["127.0.0.1", "::1"] });
    const one = dial(named(tier), "payments", port);
    one.transport.write(Buffer.from("hello"), 0, 5);
    expect(await reached(one)).toBe("127.0.0.1");
    await eventually("the bytes", () => text() === "hello", text);
    end();
  });
  test("of the same family are not dialled side by side: the callee would see a connection that nobody made", async () => {
    const { port, count } = await callee("127.0.0.1");
    const end = await deaf("127.0.0.2", port);
    dns.names.set("payments.shop.svc", { addresses: ["127.0.0.2", "127.0.0.1"] });
    expect(await reached(dial(named(tier), "payments", port, 800))).toMatch(/^timeout: no connection to payments:/);
    expect(count()).toBe(0);
    end();
  });
});

describe("names of endpoints", () => {
  const tier = handleTransports(systemClock);

  test("are looked up in the search list, and a name with a closing dot as it stands", async () => {
    const { port } = await callee("127.0.0.1");
    const transports = named(tier);
    dns.names.set("payments.cluster", { addresses: ["127.0.0.1"] });
    dns.names.set("absolute", { addresses: ["127.0.0.1"] });
    dns.names.set("two.dots.here", { addresses: ["127.0.0.1"] });
    for (const name of ["payments", "absolute.", "two.dots.here"])
      expect(await reached(dial(transports, name, port))).toBe("127.0.0.1");
    expect(dns.questions.filter((question) => question.startsWith("A "))).toEqual([
      "A payments.shop.svc",
      "A payments.cluster",
      "A absolute",
      "A two.dots.here",
    ]);
  });

  test("in /etc/hosts need no name server, in any case of letters", async () => {
    const { port } = await callee("127.0.0.1");
    expect(await reached(dial(named(tier), "Only-In-Hosts", port))).toBe("127.0.0.1");
    expect(dns.questions).toEqual([]);
  });

  test("that DNS does not know go to the system's resolver", async () => {
    const { port } = await callee("127.0.0.1");
    expect(await reached(dial(named(tier), "localhost", port))).toBe("127.0.0.1");
    expect(dns.questions).toContain("A localhost.shop.svc");
  });

  test("that nobody knows are unreachable, with the name and the code", async () => {
    expect(await reached(dial(named(tier), "nobody.invalid.", 80))).toMatch(
      /^unreachable: no address for the name nobody\.invalid\. \(E/,
    );
  });

  test("are asked for once for dials at the same time, and again after the answer's time to live", async () => {
    const { port } = await callee("127.0.0.1");
    await callee("127.0.0.2", port);
    const transports = named(tier);
    dns.names.set("payments.shop.svc", { addresses: ["127.0.0.1"], ttlS: 1 });
    const all = Array.from({ length: 100 }, () => dial(transports, "payments", port));
    for (const one of all) expect(await reached(one)).toBe("127.0.0.1");
    expect(dns.questions.toSorted()).toEqual(["A payments.shop.svc", "AAAA payments.shop.svc"]);
    dns.names.set("payments.shop.svc", { addresses: ["127.0.0.2"], ttlS: 1 });
    await sleep(1_050);
    expect(await reached(dial(transports, "payments", port))).toBe("127.0.0.2");
  });

  test("keep their last address while no newer answer comes, and lose it when the name is gone", async () => {
    const { port } = await callee("127.0.0.1");
    const transports = named(tier);
    dns.names.set("payments.shop.svc", { addresses: ["127.0.0.1"], ttlS: 0 });
    expect(await reached(dial(transports, "payments", port))).toBe("127.0.0.1");
    dns.names.set("payments.shop.svc", "silent");
    expect(await reached(dial(transports, "payments", port))).toBe("127.0.0.1");
    dns.names.set("payments.shop.svc", "fails");
    await sleep(1_300);
    expect(await reached(dial(transports, "payments", port))).toBe("127.0.0.1");
    dns.names.delete("payments.shop.svc");
    let last = "";
    for (let i = 0; i < 30 && !last.startsWith("unreachable"); i++)
      last = await reached(dial(transports, "payments", port));
    expect(last).toMatch(/^unreachable: no address for the name payments/);
  });

  test("go past a full name that the server fails to answer", async () => {
    const { port } = await callee("127.0.0.1");
    dns.names.set("payments.shop.svc", "fails");
    dns.names.set("payments.cluster", { addresses: ["127.0.0.1"] });
    expect(await reached(dial(named(tier), "payments", port))).toBe("127.0.0.1");
  });

  test("follow the resolver files when these change", async () => {
    const { port } = await callee("127.0.0.1");
    const transports = named(tier);
    expect(await reached(dial(transports, "later.invalid.", port))).toMatch(/^unreachable/);
    write("hosts", "127.0.0.1 later.invalid.\n");
    await sleep(1_050);
    expect(await reached(dial(transports, "later.invalid.", port))).toBe("127.0.0.1");
  });
});
