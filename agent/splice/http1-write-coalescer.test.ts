import { describe, expect, test } from "vitest";
import { WriteCoalescer } from "./http1-write-coalescer.ts";

/** A connection that records each write, and takes no more when full. */
const letterTo = () => {
  const log: string[] = [];
  const state = { full: false };
  const coalescer = new WriteCoalescer(
    (bytes) => {
      log.push(bytes.length > 100 ? `${bytes.length} bytes` : bytes.toString());
      return !state.full;
    },
    () => log.push("congested"),
  );
  return { coalescer, log, state };
};
const turnEnds = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe("a coalescer", () => {
  test("sends a head with the first bytes of its body, in one write and at once", () => {
    const { coalescer, log } = letterTo();
    coalescer.put(Buffer.from("head "));
    expect(coalescer.lend(Buffer.from("body"))).toBe(true);
    expect(log).toEqual(["head body"]);
  });
  test("sends what comes alone when the turn ends", async () => {
    const { coalescer, log } = letterTo();
    coalescer.put(Buffer.from("head"));
    expect(log).toEqual([]);
    await turnEnds();
    expect(log).toEqual(["head"]);
    coalescer.put(Buffer.from("chunk"));
    await turnEnds();
    expect(log).toEqual(["head", "chunk"]);
  });
  test("sends the chunks of one turn together with their end", async () => {
    const { coalescer, log } = letterTo();
    for (const part of ["head ", "one ", "two ", "end"]) coalescer.put(Buffer.from(part));
    coalescer.flush();
    await turnEnds();
    expect(log).toEqual(["head one two end"]);
  });
  test("keeps no borrowed bytes: its lender may write over them afterwards", async () => {
    const { coalescer, log } = letterTo();
    const lent = Buffer.from("lent");
    coalescer.put(Buffer.from("head "));
    coalescer.lend(lent);
    lent.fill("X");
    coalescer.lend(Buffer.from("more"));
    await turnEnds();
    expect(log).toEqual(["head lent", "more"]);
  });
  test("does not copy what is large, and keeps its order", () => {
    const { coalescer, log } = letterTo();
    coalescer.put(Buffer.from("head"));
    coalescer.lend(Buffer.alloc(20_000));
    coalescer.put(Buffer.alloc(20_000));
    expect(log).toEqual(["head", "20000 bytes", "20000 bytes"]);
  });
  test("says that no more is taken: at once, or at the end of the turn about what it had accepted", async () => {
    const { coalescer, log, state } = letterTo();
    state.full = true;
    coalescer.put(Buffer.from("head "));
    expect(coalescer.lend(Buffer.from("body"))).toBe(false);
    coalescer.put(Buffer.from("chunk"));
    await turnEnds();
    expect(log).toEqual(["head body", "chunk", "congested"]);
  });
});
