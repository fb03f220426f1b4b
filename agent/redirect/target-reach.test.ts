import { describe, expect, it } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import type { Reach } from "./grammar.ts";
import { TargetReach } from "./target-reach.ts";

type Answer = ConnectionError["code"] | "open" | "none";

/** A network in which every dial gets the present answer at once; `none`: the time-out of the dial. */
const open = (first: Answer) => {
  const clock = new HandClock();
  const network = { answer: first, dials: 0, waiting: 0 };
  const dial = (_address: unknown, receiver: Receiver, timeoutMs: number): Transport => {
    const { answer } = network;
    network.dials += 1;
    network.waiting += 1;
    let isClosed = false;
    const end = (error: ConnectionError | null) => {
      if (isClosed) return;
      isClosed = true;
      network.waiting -= 1;
      receiver.closed(error);
    };
    const transport = { reset: () => end(null), close: () => end(null) } as unknown as Transport;
    if (answer === "open") clock.wake(clock.nowMs(), () => !isClosed && receiver.opened(transport));
    else {
      const code = answer === "none" ? "timeout" : answer;
      clock.wake(clock.nowMs() + (answer === "none" ? timeoutMs : 0), () => end({ code, message: code }));
    }
    return transport;
  };
  const told: Reach[] = [];
  const reach = new TargetReach({ clock, transports: { dial } }, { host: "10.0.0.1", port: 80 }, (now) =>
    told.push(now),
  );
  return { clock, network, reach, told };
};

describe("the reach of an address", () => {
  it("is asked once where the address takes the connection, and again only in doubt", async () => {
    const { clock, network, reach, told } = open("open");
    const known = reach.first();
    clock.advance(60_000);
    await known;
    expect([told, network.dials]).toEqual([["open"], 1]);
    network.answer = "refused";
    reach.doubt();
    reach.doubt();
    clock.advance(0);
    expect([told, network.dials]).toEqual([["open", "refused"], 2]);
  });
  it("goes on as open where a second dial is not refused: a full queue refuses some", () => {
    const { clock, network, reach, told } = open("open");
    void reach.first();
    clock.advance(0);
    reach.doubt();
    clock.advance(5_000);
    expect([told, network.dials, network.waiting]).toEqual([["open"], 2, 0]);
  });
  it.each(["refused", "unreachable"] as const)(
    "shows within 100 ms that an address which was %s takes connections",
    (answer) => {
      const { clock, network, reach, told } = open(answer);
      void reach.first();
      clock.advance(20_000);
      network.answer = "open";
      clock.advance(101);
      expect(told).toEqual(["refused", "open"]);
      const { dials } = network;
      clock.advance(60_000);
      expect([network.dials, network.waiting]).toEqual([dials, 0]);
    },
  );
  it("is asked once a second of an address that never takes connections", () => {
    const { clock, network, reach } = open("refused");
    void reach.first();
    clock.advance(60_000);
    const { dials } = network;
    clock.advance(10_000);
    expect(network.dials - dials).toBe(10);
    network.answer = "open";
    clock.advance(1_000);
    expect(network.waiting).toBe(0);
  });
  it("keeps nobody waiting longer than a second, and is silent after ten", async () => {
    const { clock, network, reach, told } = open("none");
    const known = reach.first();
    clock.advance(1_000);
    await known;
    clock.advance(8_000);
    expect(told).toEqual([]);
    clock.advance(2_000);
    expect(told).toEqual(["silent"]);
    clock.advance(60_000);
    expect(network.waiting).toBeLessThanOrEqual(11);
    network.answer = "open";
    clock.advance(1_000);
    expect([told, network.waiting]).toEqual([["silent", "open"], 0]);
  });
  it("follows an address from silence to refusal and back", () => {
    const { clock, network, reach, told } = open("none");
    void reach.first();
    clock.advance(11_000);
    network.answer = "refused";
    clock.advance(1_000);
    network.answer = "none";
    clock.advance(12_000);
    expect(told).toEqual(["silent", "refused", "silent"]);
  });
  it("is not known by a failure of this machine's own, which changes nothing", () => {
    const { clock, network, reach, told } = open("ports");
    void reach.first();
    clock.advance(3_000);
    expect(told).toEqual([]);
    network.answer = "open";
    clock.advance(1_000);
    network.answer = "ports";
    reach.doubt();
    clock.advance(1_000);
    expect(told).toEqual(["open"]);
  });
  it("leaves no dial and no alarm behind", () => {
    for (const answer of ["none", "refused", "open"] as const) {
      const { clock, network, reach, told } = open(answer);
      void reach.first();
      clock.advance(3_000);
      reach.close();
      const { dials } = network;
      const before = [...told];
      clock.advance(60_000);
      expect([network.waiting, network.dials, told]).toEqual([0, dials, before]);
    }
  });
});
