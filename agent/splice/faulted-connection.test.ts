import { describe, expect, it } from "vitest";
import { act, orderOf, Stage, text } from "../../test/conformance/stage.ts";
import type { FaultOrder } from "../contract/messages.ts";
import type { FaultListener } from "../faults/fault-listener.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import { type ConnectionOwner, type FaultedConnection, wrapConnection } from "./faulted-connection.ts";

/** A caller's socket and a splice at once, both of which only record their calls. */
class Both implements Transport {
  readonly stage = new Stage("tcp");
  readonly log: string[] = [];
  readonly toCaller: string[] = [];
  pending = 0;
  readonly addresses = null;
  keepAlive(): void {}
  readonly isPeerThere = true;
  /** The caller's kernel takes no more. */
  full = false;
  reading = false;
  connection!: FaultedConnection;
  receiver!: Receiver;
  /** The splice cannot take more. */
  spliceFull = false;
  /** Faults upon an exchange of the splice. */
  exchangeFaults: FaultListener | null = null;

  begin(): this {
    this.receiver = wrapConnection(
      { edge: this.stage.edge, clock: this.stage.clock, endpoint: "127.0.0.1:7104" },
      this,
      (connection) => {
        this.connection = connection;
        return Object.assign(this.#splice, { exchangeFaults: this.exchangeFaults });
      },
    );
    return this;
  }
  readonly #splice: ConnectionOwner = {
    exchangeFaults: null,
    opened: () => {
      this.log.push("opened");
      this.connection.resume();
    },
    bytes: (buffer, end) => {
      this.log.push(text(buffer.subarray(0, end)));
      if (this.spliceFull) this.connection.pause();
    },
    ended: () => void this.log.push("ended"),
    drained: () => void this.log.push("drained"),
    closed: (error: ConnectionError | null) => void this.log.push(`closed ${error?.code ?? "clean"}`),
  };
  says(what: string): void {
    this.receiver.bytes(Buffer.from(what), what.length);
  }
  answers(what: string): boolean {
    return this.connection.write(Buffer.from(what), 0, what.length);
  }

  write(buffer: Buffer, start: number, end: number): boolean {
    this.toCaller.push(text(buffer.subarray(start, end)));
    return !this.full;
  }
  writeCopy(bytes: Uint8Array): boolean {
    return this.write(Buffer.from(bytes), 0, bytes.length);
  }
  pause(): void {
    this.reading = false;
  }
  resume(): void {
    this.reading = true;
  }
  finish(): void {
    this.toCaller.push("fin");
  }
  close(): void {
    this.toCaller.push("close");
  }
  reset(): void {
    this.toCaller.push("rst");
  }
}
const both = (...orders: readonly FaultOrder[]) => {
  const rig = new Both();
  rig.stage.order(...orders);
  return rig.begin();
};
const stall = orderOf(act("partition", { how: "stall" }), { name: "stall" });
const blackhole = orderOf(act("partition", { how: "blackhole" }), { name: "blackhole" });
const late = orderOf(act("latency", { delay: "1s", at: "connect" }), { name: "late" });

describe("a faulted connection", () => {
  it("without faults is the transport itself: bytes, pauses, FIN and close pass in the same turn", () => {
    const rig = both();
    rig.says("a");
    rig.answers("b");
    rig.receiver.ended();
    rig.connection.finish();
    rig.connection.pause();
    expect([rig.log, rig.toCaller, rig.reading]).toEqual([["opened", "a", "ended"], ["b", "fin"], false]);
    rig.receiver.closed(null);
    expect([rig.log.at(-1), rig.stage.edge.open.size]).toEqual(["closed clean", 0]);
  });

  it("tells the exchange under way of each change, and counts what its faults hold, as long as the connection lives", () => {
    const rig = new Both();
    const told: string[] = [];
    rig.exchangeFaults = {
      faultsChanged: () => void told.push("changed"),
      countHolds: () => void told.push("counted"),
      hold: () => ({ held: 5, wounded: 1 }),
    };
    rig.begin();
    rig.stage.order(stall);
    expect(told).toEqual(["changed"]);
    rig.says("in");
    expect(rig.stage.edge.remains()).toEqual({ live: 1, held: 5 + 2, wounded: 1 });
    rig.stage.receipt("stall");
    expect(told).toEqual(["changed", "counted"]);
    rig.stage.order();
    expect(told.at(-1)).toBe("changed");
    rig.receiver.closed(null);
    expect(rig.stage.edge.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
  });
  it("takes up a fault while it is open, and lets go of it in the very turn of its removal", () => {
    const rig = both();
    rig.stage.order(stall);
    rig.says("in");
    rig.answers("out");
    rig.connection.finish();
    expect([rig.log, rig.toCaller, rig.connection.isWithheld]).toEqual([["opened"], [], true]);
    expect(rig.stage.edge.remains()).toEqual({ live: 1, held: 5, wounded: 0 });
    rig.stage.clock.advance(1);
    rig.stage.order();
    expect([rig.log, rig.toCaller, rig.connection.isWithheld]).toEqual([["opened", "in"], ["out", "fin"], false]);
    expect(rig.stage.edge.remains()).toEqual({ live: 0, held: 0, wounded: 0 });
    expect(rig.connection.isTreated).toBe(true);
  });
  it("is not treated by a fault that found nothing to do", () => {
    const rig = both();
    rig.stage.order(stall);
    rig.stage.order();
    expect(rig.connection.isTreated).toBe(false);
  });
  it("resets, and never resumes, a stream that lost bytes once its fault has gone", () => {
    const rig = both(blackhole);
    rig.answers("lost");
    rig.stage.order();
    expect(rig.toCaller).toEqual(["rst"]);
    rig.answers("never");
    rig.says("never");
    rig.receiver.closed(null);
    expect([rig.toCaller, rig.log]).toEqual([["rst"], ["opened", "closed reset"]]);
  });
  it("resets a wounded stream at its next byte when the lease is over and no timer has run", () => {
    const rig = both(blackhole);
    rig.answers("lost");
    rig.stage.expiredFromMs = 5_000;
    rig.stage.clock.stall(5_000);
    rig.answers("more");
    expect(rig.toCaller).toEqual(["rst"]);
  });

  it("opens nothing while a fault holds its opening back, and then gives what came meanwhile, in order", () => {
    const rig = both(late);
    expect([rig.log, rig.reading]).toEqual([[], true]);
    rig.stage.clock.advance(999);
    rig.says("a");
    rig.says("b");
    rig.receiver.ended();
    expect([rig.log, rig.connection.hold().held]).toEqual([[], 2]);
    rig.stage.clock.advance(1);
    expect([rig.log, rig.reading, rig.connection.hold().held]).toEqual([["opened", "a", "b", "ended"], true, 0]);
  });
  it("gives what came before it opened through the faults that are there then", () => {
    const rig = both(late, stall);
    rig.says("held");
    rig.stage.clock.advance(1_000);
    expect([rig.log, rig.connection.isWithheld]).toEqual([["opened"], true]);
    rig.stage.order();
    expect(rig.log).toEqual(["opened", "held"]);
  });
  it("keeps what came before it opened for a splice that takes it piece by piece", () => {
    const rig = both(late);
    rig.says("a");
    rig.says("b");
    rig.spliceFull = true;
    rig.stage.clock.advance(1_000);
    expect([rig.log, rig.reading]).toEqual([["opened", "a"], false]);
    rig.receiver.ended();
    rig.spliceFull = false;
    rig.connection.resume();
    expect([rig.log, rig.reading]).toEqual([["opened", "a", "b", "ended"], true]);
  });
  it("reads 64 KiB ahead while its opening is held back, and learns of a caller that resets", () => {
    const rig = both(late);
    rig.says("x".repeat(63 * 1024));
    expect(rig.reading).toBe(true);
    rig.says("y".repeat(1024));
    expect(rig.reading).toBe(false);
    rig.receiver.closed({ code: "reset", message: "reset" });
    rig.stage.clock.advance(1_000);
    expect([rig.log, rig.stage.edge.open.size]).toEqual([["closed reset"], 0]);
  });
  it("opens at once when the fault that holds its opening back goes", () => {
    const rig = both(late);
    rig.stage.clock.advance(100);
    rig.stage.order();
    expect([rig.log, rig.reading]).toEqual([["opened"], true]);
  });
  it("opens although the lease ended while the loop was blocked, as soon as anything runs", () => {
    const rig = both(late, orderOf(act("partition", { how: "refuse" }), { name: "refuse" }));
    rig.stage.expiredFromMs = 500;
    rig.stage.clock.stall(2_000);
    rig.stage.clock.advance(0);
    expect([rig.log, rig.toCaller]).toEqual([["opened"], []]);
  });
  it("is reset before anything is passed on, behind a delay that lies nearer the caller", () => {
    const rig = both(late, orderOf(act("partition", { how: "refuse" }), { name: "refuse" }));
    rig.stage.clock.advance(1_000);
    expect([rig.log, rig.toCaller]).toEqual([[], ["rst"]]);
    rig.receiver.closed(null);
    expect(rig.log).toEqual(["closed reset"]);
    expect(rig.stage.receipt("refuse")).toMatchObject({ injected: 1 });
  });

  it("tells its splice that a write was taken exactly when it said that it was not", () => {
    const rig = both();
    rig.full = true;
    expect(rig.answers("a")).toBe(false);
    rig.stage.order(stall);
    expect(rig.answers("b")).toBe(false);
    rig.full = false;
    rig.receiver.drained();
    expect(rig.log).toEqual(["opened", "drained"]);
    rig.receiver.drained();
    rig.stage.order();
    expect([rig.log, rig.toCaller]).toEqual([
      ["opened", "drained"],
      ["a", "b"],
    ]);
  });
  it("hands a pause of its splice on to the caller, and delivers nothing before the resume, faults or not", () => {
    for (const orders of [[], [orderOf(act("latency", { delay: "10ms" }))]]) {
      const rig = both(...orders);
      rig.spliceFull = true;
      rig.says("a");
      rig.stage.clock.advance(10);
      expect([rig.log, rig.reading]).toEqual([["opened", "a"], false]);
      rig.stage.order();
      rig.spliceFull = false;
      rig.connection.resume();
      expect(rig.reading).toBe(true);
      rig.says("b");
      expect(rig.log).toEqual(["opened", "a", "b"]);
    }
  });
  it("pauses the caller once a fault holds enough, and lets it go on afterwards", () => {
    const rig = both(stall);
    for (let i = 0; i < 5; i++) rig.receiver.bytes(Buffer.alloc(64 * 1024), 64 * 1024);
    expect(rig.reading).toBe(false);
    rig.stage.order();
    rig.stage.clock.advance(0);
    // "opened", and the bytes in parts of a turn of the release queue.
    expect([rig.reading, rig.log.length]).toEqual([true, 6]);
  });

  it("closes behind what a fault still holds, and reads on only to notice that the caller leaves", () => {
    const rig = both(orderOf(act("slowClose", { delay: "3s" })));
    rig.answers("bye");
    rig.connection.close();
    rig.says("ignored");
    expect([rig.toCaller, rig.reading]).toEqual([["bye"], true]);
    rig.stage.clock.advance(3_000);
    expect([rig.toCaller, rig.log]).toEqual([["bye", "close"], ["opened"]]);
  });
  it("cut with FIN still reads for a while, because an immediate close would turn into a reset that loses bytes", () => {
    const rig = both(orderOf(act("limitBytes", { bytes: "2B" })));
    rig.answers("abc");
    expect([rig.toCaller, rig.reading, rig.log]).toEqual([["ab", "fin"], true, ["opened"]]);
    rig.stage.clock.advance(0);
    expect(rig.log).toEqual(["opened", "closed reset"]);
    rig.says("ignored");
    rig.stage.clock.advance(1_000);
    expect(rig.toCaller).toEqual(["ab", "fin", "close"]);
    rig.receiver.closed(null);
    expect(rig.log).toEqual(["opened", "closed reset"]);
  });
  it("that its caller has left drops what is held, and counts what was not touched as given back", () => {
    const rig = both(stall);
    rig.says("a");
    rig.receiver.closed({ code: "reset", message: "" });
    rig.stage.order();
    expect([rig.log, rig.stage.edge.remains().held]).toEqual([["opened", "closed reset"], 0]);
  });

  it("judges a connection once a fault: a pulse that wakes again counts and draws nothing anew", () => {
    const pulse = { liveMs: 100, restMs: 100 };
    const share = { steps: [0.5], eachMs: 0, by: "request" as const };
    const rig = both();
    const more = Array.from({ length: 30 }, () => {
      const other = new Both();
      Object.assign(other, { stage: rig.stage });
      return other.begin();
    });
    rig.stage.order({ ...stall, pulse, share });
    const heldBack = () =>
      more.map((other) => {
        other.says("x");
        return other.connection.isWithheld;
      });
    const first = heldBack();
    rig.stage.clock.advance(100);
    expect(heldBack()).toEqual(first.map(() => false));
    rig.stage.clock.advance(100);
    expect(heldBack()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([true, false]));
    const { matched, injected, spared, untouched } = rig.stage.receipt("stall");
    expect(matched).toBe(31);
    expect(injected).toBe(first.filter(Boolean).length);
    expect(injected + spared + untouched).toBe(31);
  });
  it("on its way out meets no fault any more, so none counts it", () => {
    const cut = both(orderOf(act("limitBytes", { bytes: "2B" })));
    cut.answers("abc");
    const gone = both();
    gone.connection.close();
    for (const rig of [cut, gone]) {
      rig.stage.order(...(rig === cut ? [orderOf(act("limitBytes", { bytes: "2B" }))] : []), stall);
      rig.says("late");
      expect(rig.stage.receipt("stall")).toMatchObject({ seen: 0, matched: 0 });
    }
  });
  it("picked by `reset: every` is reset in that turn", () => {
    const rig = both(orderOf(act("reset", { every: "1s" })));
    rig.stage.clock.advance(999);
    expect(rig.toCaller).toEqual([]);
    rig.stage.clock.advance(1);
    expect(rig.toCaller).toEqual(["rst"]);
    rig.stage.clock.advance(5_000);
    expect(rig.stage.receipt()).toMatchObject({ matched: 1, injected: 1 });
  });
});
