import { describe, expect, it } from "vitest";
import { canonicalHost, cutLines, parseTable, type Reach, reachLines, redirectLines, releaseLine } from "./grammar.ts";

/** Answer of a gate, as nft 1.0.6 prints it; other sets and the chains are left out. */
const TABLE = `table inet squall_0a1b2c3d { # progname nft
	flags owner

	counter full {
		packets 3 bytes 180
	}

	map out4 {
		type ipv4_addr . inet_service : inet_service
		flags timeout
		timeout 5s
		elements = { 10.0.0.1 . 80 expires 4s996ms : 40001,
			     10.0.0.2 . 8080 expires 512ms : 40002 }
	}

	map in4 {
		type ipv4_addr . inet_service : ipv4_addr . inet_service
		flags timeout
		timeout 5s
		elements = { 10.0.0.9 . 80 expires 3s : 10.0.0.9 . 40003 }
	}

	set called4 {
		type ipv4_addr . inet_service
		elements = { 10.0.0.1 . 80 expires 59s }
	}

	set begunout4 {
		type ipv4_addr . inet_service
		size 65535
		flags dynamic,timeout
		timeout 1m
		elements = { 10.0.0.1 . 80 counter packets 7 bytes 420 expires 59s996ms,
			     10.0.0.2 . 8080 expires 12s counter packets 1 bytes 60 }
	}

	set begunin6 {
		type ipv6_addr . inet_service
		elements = { fd00::9 . 80 counter packets 11 bytes 880 expires 1m }
	}

	set cutout4 {
		type ipv4_addr . inet_service
		elements = { 10.0.0.1 . 80 expires 3s }
	}

	set refusedout4 {
		type ipv4_addr . inet_service
		elements = { 10.0.0.2 . 8080 expires 4s }
	}

	set silentin6 {
		type ipv6_addr . inet_service
		elements = { fd00::9 . 80 expires 4s }
	}

	set passed4 {
		type ipv4_addr . inet_service . ipv4_addr . inet_service
		size 8192
		flags dynamic,timeout
		timeout 1m
		elements = { 10.0.0.5 . 51000 . 10.0.0.1 . 80 expires 59s980ms,
			     10.0.0.5 . 51002 . 10.0.0.1 . 80 expires 1m }
	}

	map out6 {
		type ipv6_addr . inet_service : inet_service
		elements = { fd00::1 . 80 expires 4s : 40004 }
	}

	set cutin6 {
		type ipv6_addr . ipv6_addr . inet_service
		elements = { fd00::5 . fd00::9 . 80 expires 3s }
	}

	set passed6 {
		type ipv6_addr . inet_service . ipv6_addr . inet_service
		elements = { fd00::5 . 51000 . fd00::1 . 80 expires 30s }
	}

	chain out4 {
		tcp flags ! syn,rst ip daddr . tcp dport @cutout4 reject with tcp reset
	}
}`;

describe("the answer of a gate", () => {
  it("says what is redirected, cut, and has passed by, in both families and directions", () => {
    const { redirected, shut, cuts, passers, overflow, begun } = parseTable(TABLE);
    expect(Object.fromEntries(redirected.calls)).toEqual({
      ...{ "10.0.0.1 . 80": 40_001, "10.0.0.2 . 8080": 40_002, "fd00::1 . 80": 40_004 },
    });
    expect(Object.fromEntries(redirected.arrivals)).toEqual({ "10.0.0.9 . 80": 40_003 });
    expect([[...shut.calls], [...shut.arrivals]]).toEqual([
      [["10.0.0.2 . 8080", "refused"]],
      [["fd00::9 . 80", "silent"]],
    ]);
    expect([...cuts]).toEqual(["10.0.0.1 . 80", "fd00::5 . fd00::9 . 80"]);
    expect(passers.map(({ from, ageMs }) => [from.host, from.port, ageMs])).toEqual([
      ["10.0.0.5", 51_000, 20],
      ["10.0.0.5", 51_002, 0],
      ["fd00::5", 51_000, 30_000],
    ]);
    expect(passers[2]!.to).toEqual({ host: "fd00::1", port: 80 });
    expect(overflow).toBe(3);
    expect([[...begun.calls], [...begun.arrivals]]).toEqual([
      [
        ["10.0.0.1 . 80", 7],
        ["10.0.0.2 . 8080", 1],
      ],
      [["fd00::9 . 80", 11]],
    ]);
  });
  it("says of an empty table that there is nothing", () => {
    const { redirected, cuts, passers, overflow } = parseTable("table inet squall_0a1b2c3d {\n\tflags owner\n}");
    expect([redirected.calls.size, redirected.arrivals.size, cuts.size, passers.length, overflow]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });
});

describe("the lines for a gate", () => {
  it("hold a bounded number of elements each", () => {
    const reach: Reach = "open";
    const all = Array.from({ length: 40 }, (_, i) => ({ host: "10.0.0.1", port: i + 1, localPort: 40_000 + i, reach }));
    const lines = redirectLines("calls", all);
    expect(lines.map((line) => line.split(" ").length / 3)).toEqual([32, 8]);
    expect(lines[1]!.slice(0, 20)).toBe("+10.0.0.1 33 40032 1");
    expect(redirectLines("arrivals", [])).toEqual([]);
  });
  it("shut an address that takes no connection before they redirect it", () => {
    const address = { host: "fd00::9", port: 80 };
    expect(redirectLines("calls", [{ ...address, localPort: 40_000, reach: "refused" }])).toEqual([
      "~fd00::9 80 refused",
      "+fd00::9 80 40000",
    ]);
    expect(reachLines("arrivals", [{ ...address, reach: "open" }])).toEqual(["^fd00::9 80 open"]);
  });
  it("name the caller of a cut where connections arrive, and nobody where they leave", () => {
    const address = { host: "fd00::9", port: 80 };
    const cuts = [
      { ...address, from: null },
      { ...address, from: "fd00::5" },
    ];
    expect(cutLines("cut", cuts)).toEqual(["xfd00::9 80", "Xfd00::5 fd00::9 80"]);
    expect(cutLines("uncut", cuts)).toEqual(["ofd00::9 80", "Ofd00::5 fd00::9 80"]);
    expect(releaseLine("arrivals", address)).toBe(">fd00::9 80");
  });
});

describe("a host", () => {
  it("stands as nft prints it; names and addresses of a single link have no such form", () => {
    const forms = ["10.0.0.1", "FD00:0:0::1", "::FFFF:10.0.0.1", "::ffff:a00:1", "::1", "1:0:0:2:0:0:0:3"].map(
      canonicalHost,
    );
    expect(forms).toEqual(["10.0.0.1", "fd00::1", "10.0.0.1", "10.0.0.1", "::1", "1:0:0:2::3"]);
    expect(["payments", "fe80::1%eth0", "", "10.0.0", "localhost"].map(canonicalHost)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
