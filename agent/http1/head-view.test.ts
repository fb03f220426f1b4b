import { describe, expect, test } from "vitest";
import { REQUEST_HEAD } from "./head.ts";
import { RequestHeadView, ResponseHeadView } from "./head-view.ts";

const look = (text: string, view = new RequestHeadView()) => {
  const buffer = Buffer.from(text, "latin1");
  const end = REQUEST_HEAD.parse(buffer, 0, buffer.length);
  return { view: view.look(buffer, REQUEST_HEAD, end), buffer };
};

describe("the view of a request", () => {
  test("has method, path, query and headers, in any case and with repeats as a list", () => {
    const { view } = look("PUT /a%20b?c=d?e HTTP/1.1\r\nHost: x\r\nX-A: 1 \r\nx-b:2\r\nX-a:\t3\r\nEmpty:\r\n\r\n");
    expect([view.method, view.path, view.query]).toEqual(["PUT", "/a%20b", "c=d?e"]);
    expect(["host", "x-a", "x-b", "empty", "none"].map((name) => view.header(name))).toEqual([
      "x",
      "1, 3",
      "2",
      "",
      undefined,
    ]);
  });
  test.each([
    ["http://shop:80/a?b", "/a", "b", "shop:80"],
    ["http://shop", "/", "", "shop"],
    ["https://shop?b", "/", "b", "shop"],
    ["http://user:secret@shop/a", "/a", "", "shop"],
  ])("of target %s has the path of the URL, and its host whatever a line says", (target, path, query, host) => {
    const { view } = look(`GET ${target} HTTP/1.0\r\nHost: other\r\n\r\n`);
    expect([view.path, view.query, view.header("host")]).toEqual([path, query, host]);
  });
  test("forgets the request before", () => {
    const { view } = look("GET /one?a HTTP/1.1\r\nHost: x\r\nA: 1\r\n\r\n");
    expect([view.path, view.header("a")]).toEqual(["/one", "1"]);
    look("POST /two HTTP/1.1\r\nHost: x\r\n\r\n", view);
    expect([view.method, view.path, view.query, view.header("a")]).toEqual(["POST", "/two", "", undefined]);
  });
  test("keeps what it saw once it is told to, whatever becomes of the buffer", () => {
    const { view, buffer } = look("GET /kept HTTP/1.1\r\nHost: x\r\nA: 1\r\n\r\n");
    view.keep();
    buffer.fill(0);
    expect([view.method, view.path, view.header("a")]).toEqual(["GET", "/kept", "1"]);
    expect(view.lines()).toEqual([
      ["Host", "x"],
      ["A", "1"],
    ]);
  });
});

test("the view of a response has status, reason and headers of its own", () => {
  const buffer = Buffer.from("xxHTTP/1.1 404 Not Found Here\r\nServer: s\r\n\r\n");
  const view = new ResponseHeadView(404, buffer, 2, buffer.length);
  buffer.fill(0);
  expect([view.status, view.reason, view.header("server"), view.header("date")]).toEqual([
    404,
    "Not Found Here",
    "s",
    undefined,
  ]);
});
