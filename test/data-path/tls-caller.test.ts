/** A caller that begins TLS on an edge of plain HTTP: its TLS library must name the mistake. */
import { request } from "node:https";
import { afterEach, expect, test } from "vitest";
import { type Edge, startEdge, startHttp, type Upstream } from "./rig.ts";

let upstream: Upstream;
let edge: Edge;
afterEach(async () => {
  await edge.close();
  await upstream.close();
});

test("A TLS caller of an http edge is told by TLS that no version is spoken there", async () => {
  upstream = await startHttp((_, response) => response.end("fine"));
  edge = await startEdge(upstream.port);
  const error = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
    request({ host: "127.0.0.1", port: edge.port, rejectUnauthorized: false }, reject).on("error", resolve).end();
  });
  expect(error.message).toMatch(/tlsv1 alert protocol version/);
  expect(edge.refused).toEqual(["tls"]);
});
