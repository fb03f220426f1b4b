/**
 * No byte is lost, added or moved, wherever the kernel splits the stream: every position of small messages, passing and
 * faulted.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Caller, type Edge, get, sleep, startEdge, startTcp, type Upstream } from "./rig.ts";

const REQUESTS =
  "POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4;e=1\r\nwiki\r\n0\r\nt: v\r\n\r\n" +
  "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" +
  get("/3", "Connection: close");
const ANSWER = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nxyz\r\n2\r\nuw\r\n0\r\nt: v\r\n\r\n";

/** Answers every request; splits each answer at `cut`, and keeps all received bytes. */
let cut = 0;
let got = "";
let upstream: Upstream;
let edge: Edge;

beforeAll(async () => {
  upstream = await startTcp((socket) => {
    let asked = 0;
    let mine = "";
    socket.on("data", async (bytes: Buffer) => {
      got += bytes.toString("latin1");
      mine += bytes.toString("latin1");
      const ends = mine.match(/v\r\n\r\n|hello|GET [\s\S]*?\r\n\r\n/g)?.length ?? 0;
      for (; asked < ends; asked++) {
        if (cut > 0) socket.write(ANSWER.slice(0, cut));
        await sleep(1);
        socket.write(ANSWER.slice(cut));
        if (asked === 2) socket.end();
      }
    });
  });
  edge = await startEdge(upstream.port);
});
afterAll(async () => {
  await edge.close();
  await upstream.close();
});

const answers = (text: string) => text.split("HTTP/1.1 200 OK\r\n").length - 1;

describe.each(["passing", "struck"])("%s", (how) => {
  beforeAll(() => {
    if (how === "struck")
      edge.strike({
        kind: "rewrite",
        params: { request: { headers: { "x-struck": "1" } }, response: { headers: { "x-struck": "1" } } },
      } as never);
    else edge.strike();
  });
  const one = async (pieces: readonly string[]) => {
    got = "";
    const caller = new Caller(edge.port);
    for (const piece of pieces) {
      if (piece !== "") caller.send(piece);
      await sleep(1);
    }
    return await caller.all();
  };

  test("requests cut in two at every byte", async () => {
    cut = 0;
    const whole = await one([REQUESTS]);
    const asked = got;
    expect(answers(whole)).toBe(3);
    expect(asked).toContain("wiki");
    for (let at = 1; at < REQUESTS.length; at++) {
      expect(await one([REQUESTS.slice(0, at), REQUESTS.slice(at)]), `cut at ${at}`).toBe(whole);
      if (how === "passing") expect(got, `cut at ${at}`).toBe(asked);
      // Chunks are framed anew: chunk borders may move, the bytes of the body may not.
      else
        expect(got.replace(/\r\n[0-9a-f]+\r\n/g, ""), `cut at ${at}`).toMatch(/wiki[\s\S]*t: v[\s\S]*hello[\s\S]*GET/);
    }
  });
  test("requests byte by byte", async () => {
    cut = 0;
    const whole = await one([REQUESTS]);
    expect(await one([...REQUESTS])).toBe(whole);
  });
  test("answers cut in two at every byte", async () => {
    const payload = (text: string) =>
      text
        .split("HTTP/1.1 200 OK\r\n")
        .slice(1)
        .map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4).replace(/[0-9a-f]+(;a=b)?\r\n|\r\n/g, ""));
    for (cut = 0; cut < ANSWER.length; cut++) {
      const text = await one([REQUESTS]);
      if (how === "passing") expect(text, `cut at ${cut}`).toBe(ANSWER.repeat(3));
      else expect(payload(text), `cut at ${cut}`).toEqual(Array(3).fill("xyzuwt: v"));
    }
    expect(edge.defects).toEqual([]);
  });
});
