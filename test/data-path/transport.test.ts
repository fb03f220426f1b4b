/** A suite for every tier: the guarantees that the splices rely on, over real loopback sockets. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../agent/clock/clock.ts";
import { chooseTransports } from "../../agent/transport/choose.ts";
import { dataTransports } from "../../agent/transport/data.ts";
import { handleTransports } from "../../agent/transport/handle.ts";
import { onreadTransports } from "../../agent/transport/onread.ts";
import { selfTest } from "../../agent/transport/self-test.ts";
import type { ConnectionError, Listener, Receiver, Transport, Transports } from "../../agent/transport/transport.ts";
import { deadPort, deafPort, eventually, sleep } from "./rig.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const BULK = 24 * 1024 * 1024;

/** Records events in order; acts only at a test's command. */
class End implements Receiver {
  transport!: Transport;
  readonly events: string[] = [];
  readonly parts: Buffer[] = [];
  error: ConnectionError | null = null;
  onBytes: (buffer: Buffer, end: number) => void = () => {};
  onDrained: () => void = () => {};
  onOpened: (transport: Transport) => void = () => {};

  opened(transport: Transport): void {
    this.events.push("opened");
    this.onOpened(transport);
  }
  bytes(buffer: Buffer, end: number): void {
    this.events.push("bytes");
    this.parts.push(Buffer.from(buffer.subarray(0, end)));
    this.onBytes(buffer, end);
  }
  ended(): void {
    this.events.push("ended");
  }
  drained(): void {
    this.events.push("drained");
    this.onDrained();
  }
  closed(error: ConnectionError | null): void {
    this.events.push("closed");
    this.error = error;
  }
  count(event: string): number {
    return this.events.filter((it) => it === event).length;
  }
  get text(): string {
    return Buffer.concat(this.parts).toString("latin1");
  }
  get length(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 0);
  }
  async until(event: string): Promise<void> {
    await eventually(
      event,
      () => this.events.includes(event),
      () => this.events.slice(-5),
    );
  }
}

const listeners: Listener[] = [];
const ends: End[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end.transport.reset();
  for (const listener of listeners.splice(0)) await listener.close();
});

/** A connected pair: the dialled end, and the accepted end (still paused). */
const pair = async (transports: Transports): Promise<{ dialled: End; accepted: End }> => {
  const dialled = new End();
  const accepted = new End();
  ends.push(dialled, accepted);
  let got = false;
  const listener = await transports.listen(LOOPBACK, (transport) => {
    accepted.transport = transport;
    got = true;
    return accepted;
  });
  listeners.push(listener);
  dialled.transport = transports.dial(listener.address, dialled, 1_000);
  await dialled.until("opened");
  await eventually("the other end", () => got);
  return { dialled, accepted };
};
const numbered = (size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) bytes.writeUInt32BE(i, i);
  return bytes;
};
const send = (transport: Transport, bytes: Buffer | string): boolean => {
  const buffer = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return transport.write(buffer, 0, buffer.length);
};

const TIERS = [handleTransports(systemClock), onreadTransports(systemClock), dataTransports(systemClock)];

describe.each(TIERS)("the $tier transport", (transports) => {
  test.skipIf(process.platform !== "linux")(
    "lets the kernel look for the peer of a connection that rests",
    async () => {
      const { dialled } = await pair(transports);
      const { local, remote } = dialled.transport.addresses!;
      const hex = ({ port }: { readonly port: number }) => port.toString(16).toUpperCase().padStart(4, "0");
      /**
       * proc(5): the timer of the socket with both of these ports; 02: keep-alive. Another connection of the machine may
       * have one port alike, and a line is passed over where other sockets end while the kernel writes the table.
       */
      const timer = async (): Promise<string> => {
        let line: readonly string[] | undefined;
        await eventually("the socket in the kernel's table", () => {
          const lines = readFileSync("/proc/net/tcp", "utf8").split("\n");
          line = lines
            .map((each) => each.trim().split(/\s+/))
            .find(([, from, to]) => from === `0100007F:${hex(local)}` && to === `0100007F:${hex(remote)}`);
          return line !== undefined;
        });
        return line![5]!.slice(0, 2);
      };
      expect(await timer()).toBe("00");
      dialled.transport.keepAlive();
      expect(await timer()).toBe("02");
    },
  );

  test("passes its own self-test", async () => {
    expect(await selfTest(transports, systemClock)).toBeNull();
  });

  test("reads nothing from an accepted connection before it is resumed", async () => {
    const { dialled, accepted } = await pair(transports);
    send(dialled.transport, "hello");
    await sleep(50);
    expect(accepted.events).toEqual([]);
    accepted.transport.resume();
    await accepted.until("bytes");
    expect(accepted.text).toBe("hello");
  });

  test("says true for what the kernel has taken: the buffer is free at once", async () => {
    const { dialled, accepted } = await pair(transports);
    accepted.transport.resume();
    const buffer = Buffer.from("0123456789");
    expect(dialled.transport.write(buffer, 2, 5)).toBe(true);
    buffer.fill("x");
    expect(dialled.transport.pending).toBe(0);
    await accepted.until("bytes");
    expect([accepted.text, dialled.count("drained")]).toEqual(["234", 0]);
  });

  test("lends what a slow reader leaves, and says drained once everything is taken", async () => {
    const { dialled, accepted } = await pair(transports);
    const sent = numbered(BULK);
    expect(send(dialled.transport, sent)).toBe(false);
    expect(send(dialled.transport, "behind it")).toBe(false);
    expect(dialled.transport.pending).toBeGreaterThan(0);
    await sleep(50);
    expect(dialled.count("drained")).toBe(0);
    accepted.transport.resume();
    await dialled.until("drained");
    expect(dialled.transport.pending).toBe(0);
    await eventually("all bytes", () => accepted.length === BULK + 9);
    expect(Buffer.concat(accepted.parts).subarray(0, BULK).equals(sent)).toBe(true);
    expect(accepted.text.endsWith("behind it")).toBe(true);
    expect(dialled.count("drained")).toBe(1);
  });

  test("copies what is written as a copy: the bytes may change at once", async () => {
    const { dialled, accepted } = await pair(transports);
    expect(send(dialled.transport, numbered(BULK))).toBe(false);
    const small = Buffer.from("as it was");
    dialled.transport.writeCopy(small);
    small.fill("x");
    accepted.transport.resume();
    await eventually("all bytes", () => accepted.length === BULK + 9);
    expect(accepted.text.endsWith("as it was")).toBe(true);
  });

  test("listens for `localhost` on both loopback addresses", async () => {
    const accepted: Transport[] = [];
    const listener = await transports.listen({ host: "localhost", port: 0 }, (transport) => {
      accepted.push(transport);
      return new End();
    });
    for (const host of ["127.0.0.1", "::1"]) {
      const end = new End();
      end.transport = transports.dial({ host, port: listener.address.port }, end, 1_000);
      ends.push(end);
      await end.until("opened");
    }
    await eventually("both", () => accepted.length === 2);
    for (const transport of accepted) transport.reset();
    await listener.close();
    const dead = new End();
    dead.transport = transports.dial({ host: "::1", port: listener.address.port }, dead, 1_000);
    await dead.until("closed");
    expect(dead.error?.code).toBe("refused");
  });
  test("gives no byte and no end while it is paused, from inside a read too, and all of it afterwards", async () => {
    const { dialled, accepted } = await pair(transports);
    accepted.onBytes = () => accepted.transport.pause();
    accepted.transport.resume();
    const sent = numbered(4 * 1024 * 1024);
    send(dialled.transport, sent);
    dialled.transport.finish();
    let reads = 1;
    while (!accepted.events.includes("ended")) {
      await sleep(0);
      // A read for each resume, and none without.
      expect(accepted.count("bytes")).toBeLessThanOrEqual(reads);
      reads++;
      accepted.transport.resume();
      await eventually(
        "a read or the end",
        () => accepted.count("bytes") === reads || accepted.events.includes("ended"),
      );
    }
    expect(Buffer.concat(accepted.parts).equals(sent)).toBe(true);
  });

  test("keeps quiet when it is resumed and paused again at once", async () => {
    const { dialled, accepted } = await pair(transports);
    accepted.transport.resume();
    send(dialled.transport, "one");
    await accepted.until("bytes");
    accepted.transport.pause();
    accepted.transport.resume();
    accepted.transport.pause();
    send(dialled.transport, "two");
    dialled.transport.finish();
    await sleep(50);
    expect([accepted.text, accepted.events.includes("ended")]).toEqual(["one", false]);
    accepted.transport.resume();
    await accepted.until("ended");
    expect(accepted.text).toBe("onetwo");
  });

  test("half-closes: the other direction goes on", async () => {
    const { dialled, accepted } = await pair(transports);
    accepted.transport.resume();
    send(dialled.transport, "question");
    dialled.transport.finish();
    await accepted.until("ended");
    expect(accepted.text).toBe("question");
    send(accepted.transport, numbered(BULK));
    accepted.transport.finish();
    await dialled.until("closed");
    expect(dialled.length).toBe(BULK);
    await accepted.until("closed");
    expect([dialled.error, accepted.error]).toEqual([null, null]);
  });

  test("closes behind what was written, however long the reader takes", async () => {
    const { dialled, accepted } = await pair(transports);
    send(dialled.transport, numbered(BULK));
    dialled.transport.close();
    expect(send(dialled.transport, "too late")).toBe(true);
    await sleep(50);
    accepted.transport.resume();
    await accepted.until("ended");
    expect(accepted.length).toBe(BULK);
    expect(dialled.events.at(-1)).toBe("closed");
  });

  test("resets as RST, also what is stuck in a close", async () => {
    const { dialled, accepted } = await pair(transports);
    accepted.transport.resume();
    dialled.transport.reset();
    await accepted.until("closed");
    expect(accepted.error?.code).toBe("reset");
    expect(accepted.events).not.toContain("ended");
    await dialled.until("closed");
    expect([dialled.error, dialled.count("closed")]).toEqual([null, 1]);

    const stuck = await pair(transports);
    send(stuck.dialled.transport, numbered(BULK));
    stuck.dialled.transport.close();
    stuck.dialled.transport.reset();
    await stuck.dialled.until("closed");
    // Bytes that had not left are lost; the kernel chooses how the reader learns of the end behind the bytes that had
    // left.
    stuck.accepted.transport.resume();
    await eventually("its end", () => /ended|closed/.test(stuck.accepted.events.at(-1) ?? ""));
    expect(stuck.accepted.length).toBeLessThan(BULK);
  });

  test("does nothing after a reset, and never throws", async () => {
    const { dialled, accepted } = await pair(transports);
    const { transport } = dialled;
    transport.reset();
    for (let i = 0; i < 2; i++) {
      expect(send(transport, "x")).toBe(true);
      expect(transport.writeCopy(Buffer.from("x"))).toBe(true);
      transport.pause();
      transport.resume();
      transport.finish();
      transport.close();
      transport.reset();
      expect(transport.pending).toBe(0);
      await dialled.until("closed");
    }
    expect(dialled.events).toEqual(["opened", "closed"]);
    accepted.transport.reset();
  });

  test("says refused, and closed comes exactly once", async () => {
    const end = new End();
    end.transport = transports.dial({ host: "127.0.0.1", port: await deadPort() }, end, 1_000);
    expect(send(end.transport, "waits for the dial")).toBe(false);
    await end.until("closed");
    await sleep(10);
    expect([end.events, end.error?.code]).toEqual([["closed"], "refused"]);
  });

  test("says broken for an impossible port", async () => {
    const impossible = new End();
    impossible.transport = transports.dial({ host: "127.0.0.1", port: 70_000 }, impossible, 1_000);
    await impossible.until("closed");
    expect(impossible.error?.code).toBe("broken");
  });

  test("says timeout when a dial takes too long", async () => {
    // A process that listens and never accepts: once the queue is full, no SYN is answered.
    const end = new End();
    const deaf = await deafPort();
    end.transport = transports.dial({ host: "127.0.0.1", port: deaf.port }, end, 100);
    await end.until("closed");
    expect([end.events, end.error?.code]).toEqual([["closed"], "timeout"]);
    await deaf.close();
  });

  test("sends what was written before the dial had ended", async () => {
    const accepted = new End();
    const listener = await transports.listen(LOOPBACK, (transport) => {
      accepted.transport = transport;
      transport.resume();
      return accepted;
    });
    listeners.push(listener);
    const end = new End();
    ends.push(end);
    end.transport = transports.dial(listener.address, end, 1_000);
    expect(send(end.transport, "early, ")).toBe(false);
    end.transport.writeCopy(Buffer.from("and copied"));
    await end.until("drained");
    await eventually("the bytes", () => accepted.text === "early, and copied");
  });

  test("can be told to go before the dial has ended", async () => {
    const listener = await transports.listen(LOOPBACK, (transport) => {
      const accepted = new End();
      accepted.transport = transport;
      ends.push(accepted);
      return accepted;
    });
    listeners.push(listener);
    const end = new End();
    end.transport = transports.dial(listener.address, end, 1_000);
    end.transport.reset();
    await end.until("closed");
    await sleep(20);
    expect([end.events, end.error]).toEqual([["closed"], null]);
  });

  test("relays both ways with its own lent buffers, slow reader included, and changes nothing", async () => {
    // caller ⇄ [relay] ⇄ echo, as the splices relay.
    const echo = await transports.listen(LOOPBACK, (transport) => {
      const end = new End();
      end.transport = transport;
      end.onBytes = (buffer, length) => void (transport.write(buffer, 0, length) || transport.pause());
      end.onDrained = () => transport.resume();
      transport.resume();
      ends.push(end);
      return end;
    });
    listeners.push(echo);
    const relay = await transports.listen(LOOPBACK, (transport) => {
      const [near, far] = [new End(), new End()];
      near.transport = transport;
      far.transport = transports.dial(echo.address, far, 1_000);
      near.onBytes = (buffer, length) => void (far.transport.write(buffer, 0, length) || near.transport.pause());
      far.onBytes = (buffer, length) => void (near.transport.write(buffer, 0, length) || far.transport.pause());
      far.onDrained = () => near.transport.resume();
      near.onDrained = () => far.transport.resume();
      transport.resume();
      ends.push(near, far);
      return near;
    });
    listeners.push(relay);
    const caller = new End();
    ends.push(caller);
    caller.transport = transports.dial(relay.address, caller, 1_000);
    await caller.until("opened");
    const sent = numbered(BULK);
    send(caller.transport, sent);
    const slow = setInterval(() => {
      caller.transport.pause();
      setTimeout(() => caller.transport.resume(), 3);
    }, 7);
    await eventually("all bytes", () => caller.length === BULK);
    clearInterval(slow);
    expect(Buffer.concat(caller.parts).equals(sent)).toBe(true);
  });

  test("tells an address that is taken", async () => {
    const first = await transports.listen(LOOPBACK, () => new End());
    listeners.push(first);
    await expect(transports.listen(first.address, () => new End())).rejects.toThrow(/EADDRINUSE/);
  });

  test("gives its port back as soon as it is closed, with connections still open", async () => {
    const { dialled, accepted } = await pair(transports);
    const { address } = listeners[0]!;
    await listeners.pop()!.close();
    listeners.push(await transports.listen(address, () => new End()));
    accepted.transport.resume();
    send(dialled.transport, "still here");
    await accepted.until("bytes");
    expect(accepted.text).toBe("still here");
  });
});

/** A peer in a separate process, which says "answer" to each caller and resets the connection a moment later. */
const RESETTER = `
  const server = require("node:net").createServer((socket) => {
    socket.on("error", () => {});
    socket.write("answer", () => setTimeout(() => socket.resetAndDestroy(), 20));
  }).listen(0, "127.0.0.1", () => require("node:fs").writeSync(1, String(server.address().port)));`;

describe("the raw transport, of what a stream hides", () => {
  const transports = handleTransports(systemClock);
  /** Blocks the event loop after dialling, so that the answer and the reset are found together. */
  const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const meet = async (write: string | null) => {
    const peer = spawn(process.execPath, ["-e", RESETTER]);
    const port = await new Promise<number>((resolve) => peer.stdout.once("data", (text) => resolve(Number(text))));
    const all: End[] = [];
    for (let i = 0; i < 12; i++) {
      const end = new End();
      end.onOpened = (transport) => {
        standStill(60);
        if (write !== null) expect(send(transport, write)).toBe(true);
      };
      end.transport = transports.dial({ host: "127.0.0.1", port }, end, 1_000);
      await end.until("closed");
      all.push(end);
    }
    peer.kill("SIGKILL");
    return all.map(({ text, events, error }) => [text, events.includes("ended"), error?.code]);
  };

  test("tells a reset behind data from an end, 12 times of 12", async () => {
    expect(await meet(null)).toEqual(Array.from({ length: 12 }, () => ["answer", false, "reset"]));
  });
  test("reads the answer that came before a write failed, 12 times of 12", async () => {
    expect(await meet("more of the request")).toEqual(Array.from({ length: 12 }, () => ["answer", false, "reset"]));
  });
});

test("the raw tier keeps an answer that came before a write failed, also where it was paused then", async () => {
  const { dialled, accepted } = await pair(TIERS[0]!);
  dialled.transport.pause();
  await sleep(20);
  send(accepted.transport, "an early answer");
  await sleep(20);
  accepted.transport.reset();
  await sleep(20);
  send(dialled.transport, "the rest of the upload");
  send(dialled.transport, "and more");
  await sleep(50);
  expect([dialled.text, dialled.count("closed")]).toEqual(["", 0]);
  dialled.transport.resume();
  await dialled.until("closed");
  expect([dialled.text, dialled.error?.code]).toEqual(["an early answer", "reset"]);
});

test("the fastest tier that works is chosen, and why a faster one was not", async () => {
  const { transports, because } = await chooseTransports(systemClock);
  expect([transports.tier, because]).toEqual(["raw", null]);
});
test.each(TIERS.map(({ tier }) => tier))("the tier %s can be forced", async (tier) => {
  const { transports, because } = await chooseTransports(systemClock, undefined, tier);
  expect([transports.tier, because]).toEqual([tier, tier === "raw" ? null : "asked for by --transport"]);
});
