import { expect, it } from "vitest";
import { parseMesh } from "../read/mesh.ts";
import { explainMesh } from "./documents.ts";

it("Limits of an edge that differ from the defaults are explained with the edge", () => {
  const edge = { from: "a", to: "b", listen: "127.0.0.1:2" };
  const limited = {
    ...edge,
    to: "c",
    listen: "127.0.0.1:3",
    timeouts: { connect: "2s", idle: "90s" },
    headSize: "32KiB",
  };
  const endless = { ...edge, to: "d", listen: "127.0.0.1:4", timeouts: { halfClosed: 0 } };
  const callee = (port: number) => ({ endpoints: [`127.0.0.1:${port}`] });
  const services = { a: {}, b: callee(12), c: callee(13), d: callee(14) };
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "m" } },
    spec: { services, edges: [edge, limited, endless] },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  expect(explainMesh(read.mesh).slice(-3)).toEqual([
    "a calls b at 127.0.0.1:2, where its agent listens and sees requests.",
    "a calls c at 127.0.0.1:3, where its agent listens and sees requests. The agent ends a dial after 2 s and a connection that rests after 90 s. A head is 32KiB at most.",
    "a calls d at 127.0.0.1:4, where its agent listens and sees requests. The agent ends a half-closed connection without a moving byte never.",
  ]);
});
