import { expect, it } from "vitest";
import { HandClock } from "../../test/agent/hand-clock.ts";
import { Addresses } from "./addresses.ts";

const open = (answer: () => Promise<readonly string[]>) => {
  const clock = new HandClock();
  return { clock, addresses: new Addresses(clock, answer) };
};

it("knows an IP address without a question, in the gate's form", async () => {
  const { addresses } = open(() => Promise.reject(new Error("nobody was to be asked")));
  await addresses.look(["10.0.0.1", "FD00::0001"]);
  expect([addresses.of("10.0.0.1"), addresses.of("FD00::0001")]).toEqual([["10.0.0.1"], ["fd00::1"]]);
});
it("keeps all addresses of a name for a while, since a name server may answer with a part of them", async () => {
  let answer = ["10.0.0.1", "fe80::1%eth0"];
  const { clock, addresses } = open(async () => answer);
  expect(addresses.of("payments")).toEqual([]);
  await addresses.look(["payments"]);
  expect(addresses.of("payments")).toEqual(["10.0.0.1"]);
  answer = ["10.0.0.2"];
  clock.advance(20_000);
  await addresses.look(["payments"]);
  expect(addresses.of("payments")).toEqual(["10.0.0.1", "10.0.0.2"]);
  clock.advance(20_000);
  expect(addresses.of("payments")).toEqual(["10.0.0.2"]);
});
it("keeps the last addresses while no name server answers", async () => {
  let isSilent = false;
  const { clock, addresses } = open(async () => {
    if (isSilent) throw new Error("ETIMEOUT");
    return ["10.0.0.1"];
  });
  await addresses.look(["payments"]);
  isSilent = true;
  for (let s = 0; s < 100; s++) {
    clock.advance(1_000);
    await addresses.look(["payments"]);
  }
  expect(addresses.of("payments")).toEqual(["10.0.0.1"]);
});
it("forgets the addresses of a name that is gone", async () => {
  let isGone = false;
  const { clock, addresses } = open(async () => {
    if (isGone) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    return ["10.0.0.1"];
  });
  await addresses.look(["payments"]);
  isGone = true;
  for (let s = 0; s < 40; s++) {
    clock.advance(1_000);
    await addresses.look(["payments"]);
  }
  expect(addresses.of("payments")).toEqual([]);
});
it("waits a second at most for a name that nobody answers for, and asks once at a time", async () => {
  let asked = 0;
  const { clock, addresses } = open(() => {
    asked += 1;
    return new Promise(() => {});
  });
  let isOver = false;
  const looked = addresses.look(["payments"]).then(() => {
    isOver = true;
  });
  await addresses.look(["payments"]);
  clock.advance(900);
  await Promise.resolve();
  expect(isOver).toBe(false);
  clock.advance(200);
  await looked;
  expect(asked).toBe(1);
});
