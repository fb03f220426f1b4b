import { describe, expect, test } from "vitest";
import { Letter } from "./http1-letter.ts";

/** A connection that writes down each write, and takes no more when it is full. */
const letterTo = () => {
  const log: string[] = [];
  const state = { full: false };
  const letter = new Letter(
    (bytes) => {
      log.push(bytes.length > 100 ? `${bytes.length} bytes` : bytes.toString());
      return !state.full;
    },
    () => log.push("congested"),
  );
  return { letter, log, state };
};
const turnEnds = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe("a letter", () => {
  test("sends a head with the first bytes of its body, in one write and at once", () => {
    const { letter, log } = letterTo();
    letter.put(Buffer.from("head "));
    expect(letter.lend(Buffer.from("body"))).toBe(true);
    expect(log).toEqual(["head body"]);
  });
  test("sends what comes alone when the turn ends", async () => {
    const { letter, log } = letterTo();
    letter.put(Buffer.from("head"));
    expect(log).toEqual([]);
    await turnEnds();
    expect(log).toEqual(["head"]);
    letter.put(Buffer.from("chunk"));
    await turnEnds();
    expect(log).toEqual(["head", "chunk"]);
  });
  test("sends the chunks of one turn together with their end", async () => {
    const { letter, log } = letterTo();
    for (const part of ["head ", "one ", "two ", "end"]) letter.put(Buffer.from(part));
    letter.flush();
    await turnEnds();
    expect(log).toEqual(["head one two end"]);
  });
  test("keeps no borrowed bytes: its lender may write over them afterwards", async () => {
    const { letter, log } = letterTo();
    const lent = Buffer.from("lent");
    letter.put(Buffer.from("head "));
    letter.lend(lent);
    lent.fill("X");
    letter.lend(Buffer.from("more"));
    await turnEnds();
    expect(log).toEqual(["head lent", "more"]);
  });
  test("does not copy what is large, and keeps its order", () => {
    const { letter, log } = letterTo();
    letter.put(Buffer.from("head"));
    letter.lend(Buffer.alloc(20_000));
    letter.put(Buffer.alloc(20_000));
    expect(log).toEqual(["head", "20000 bytes", "20000 bytes"]);
  });
  test("says that no more is taken: at once, or at the end of the turn about what it had accepted", async () => {
    const { letter, log, state } = letterTo();
    state.full = true;
    letter.put(Buffer.from("head "));
    expect(letter.lend(Buffer.from("body"))).toBe(false);
    letter.put(Buffer.from("chunk"));
    await turnEnds();
    expect(log).toEqual(["head body", "chunk", "congested"]);
  });
});
