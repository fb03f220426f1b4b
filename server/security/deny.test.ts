import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { AddressDenied, DenyList, guardedConnect, guardedLookup } from "./deny.ts";
import { checkNetwork } from "./networks.ts";

describe("the deny list", () => {
  const list = new DenyList();
  it("invariant 25: denies link-local and metadata addresses in every form that a socket takes", () => {
    for (const address of [
      ...["169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "[fe80::1]", "fe80::1%eth0"],
      ...["fd00:ec2::254", "100.100.100.200", "168.63.129.16", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"],
    ]) {
      expect(list.isDenied(address), address).toBe(true);
      expect(() => list.check(address), address).toThrow(AddressDenied);
    }
  });
  it("lets everything else through", () => {
    for (const address of ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "8.8.8.8", "2001:db8::1", "169.253.255.255"])
      expect(list.isDenied(address), address).toBe(false);
  });
  it("is replaced by what an administrator denies, less what is allowed", () => {
    const own = new DenyList(["10.0.0.0/8", "::1"], ["10.1.2.3"]);
    expect(["10.9.9.9", "::1", "10.1.2.3", "169.254.169.254"].map((address) => own.isDenied(address))).toEqual([
      ...[true, true, false, false],
    ]);
  });
  it("tells what is no network", () => {
    for (const text of ["localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8/8", "fe80::1%eth0", ""])
      expect(typeof checkNetwork(text), text).toBe("string");
  });
});

describe("a guarded connection", () => {
  const LOCAL = new DenyList(["127.0.0.0/8", "::1"]);
  const listening = async (): Promise<{ port: number; heard: () => number; close: () => void }> => {
    let heard = 0;
    const server = createServer(() => heard++).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return { port, heard: () => heard, close: () => server.close() };
  };
  it("invariant 25: reaches nothing at a denied address, however it is written", async () => {
    const { port, heard, close } = await listening();
    try {
      for (const host of ["127.0.0.1", "::ffff:127.0.0.1"])
        expect(() => guardedConnect(LOCAL, { host, port }), host).toThrow(AddressDenied);
      // Names, and texts that only a resolver reads as addresses.
      for (const host of ["localhost", "2130706433", "0x7f.1", "127.1"]) {
        const socket = guardedConnect(LOCAL, { host, port });
        const [error] = await once(socket, "error");
        expect((error as Error).name, host).toBe("AddressDenied");
      }
      const socket = guardedConnect(new DenyList(), { host: "localhost", port });
      await once(socket, "connect");
      socket.destroy();
      expect(heard()).toBe(1);
    } finally {
      close();
    }
  });
  it("hands on the very addresses that it has checked", async () => {
    const resolved = await new Promise((resolve) => {
      guardedLookup(new DenyList())("localhost", { all: true }, (_error, addresses) => resolve(addresses));
    });
    expect(resolved).toEqual(expect.arrayContaining([expect.objectContaining({ address: "127.0.0.1" })]));
  });
});
