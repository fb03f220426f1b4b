import { endianness } from "node:os";
import { describe, expect, test } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { Orphans } from "./orphans.ts";
import type { ConnectionAddresses } from "./transport.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const line = (local: string, remote: string, state: string, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 20 0 0 10 -1`;
const ends = (host: string, port: number, own = host): ConnectionAddresses => ({
  remote: { host, port },
  local: { host: own, port: 8080 },
});
const OURS = "0100007F:1F90";

describe.skipIf(endianness() !== "LE")("a caller on the same machine", () => {
  const setUp = (tables: { v4?: string[]; v6?: string[] }) => {
    const clock = new HandClock();
    const looks: number[] = [];
    const orphans = new Orphans(
      clock,
      (error) => {
        throw error;
      },
      async (path) => {
        if (!path.endsWith("6")) looks.push(clock.nowMs());
        return [HEAD, ...((path.endsWith("6") ? tables.v6 : tables.v4) ?? [])].join("\n");
      },
    );
    const found: string[] = [];
    const wait = (name: string, of: ConnectionAddresses | null) => orphans.wait(of, () => found.push(name));
    const after = async (ms: number) => {
      clock.advance(ms);
      for (let i = 0; i < 10; i++) await Promise.resolve();
    };
    return { found, looks, wait, after };
  };

  test("is found once its socket has no owner, and one that half-closed is not", async () => {
    const { found, wait, after } = setUp({
      v4: [
        line("0100007F:C001", OURS, "05", 0),
        line("0100007F:C002", OURS, "05", 4711),
        line("0100007F:C003", OURS, "01", 0),
      ],
    });
    for (const port of [0xc001, 0xc002, 0xc003]) wait(String(port), ends("127.0.0.1", port));
    await after(50);
    expect(found).toEqual([String(0xc001)]);
  });
  test("is found by either family of its address, and not by its port alone", async () => {
    const { found, wait, after } = setUp({
      v4: [line("0100007F:C009", "0100007F:0050", "05", 0)],
      v6: [
        line("0000000000000000FFFF00000100007F:C001", "0000000000000000FFFF00000100007F:1F90", "05", 0),
        line("00000000000000000000000001000000:C002", "00000000000000000000000001000000:1F90", "05", 0),
      ],
    });
    wait("mapped", ends("127.0.0.1", 0xc001));
    wait("mapped here", ends("::ffff:127.0.0.1", 0xc001, "::ffff:127.0.0.1"));
    wait("six", ends("::1", 0xc002));
    wait("another's", ends("127.0.0.1", 0xc009));
    wait("unknown", null);
    await after(50);
    expect(found).toEqual(["mapped here", "six"]);
  });
  test("is looked for once a second at most, and only while somebody waits", async () => {
    const { looks, wait, after } = setUp({});
    await after(5_000);
    const stop = wait("a", ends("127.0.0.1", 1));
    for (let i = 0; i < 40; i++) await after(50);
    expect(looks).toEqual([5_050, 6_050]);
    stop();
    await after(5_000);
    expect(looks).toHaveLength(2);
  });
});
