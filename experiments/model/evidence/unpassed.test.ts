import { describe, expect, it } from "vitest";
import { asEdgeId } from "../names.ts";
import { parseMesh } from "../read/mesh.ts";
import { spellUnpassed, withAdvice } from "./unpassed.ts";

const adviceWith = (checkout: object) => {
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
    spec: {
      services: { checkout, payments: { endpoints: ["127.0.0.1:7104"] } },
      edges: [{ from: "checkout", to: "payments", listen: "127.0.0.1:18003" }],
    },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return withAdvice({ edge: asEdgeId("checkout->payments"), listen: "127.0.0.1:18003" }, read.mesh).advice;
};
const command = ["node", "checkout.js"];

describe("the advice for an edge on which nothing passed", () => {
  it("is the line to put into the caller's environment", () => {
    const put = "Put PAYMENTS_URL=http://127.0.0.1:18003/v1 into the environment of checkout.";
    expect(adviceWith({ command, env: { PAYMENTS_URL: "http://localhost:7104/v1" } })).toBe(put);
    expect(adviceWith({ env: { PAYMENTS_URL: "http://payments:7104/v1" } })).toBe(put);
  });
  it("quotes no setting that may hold a secret", () => {
    expect(adviceWith({ command, env: { URL: "http://me:hunter2@127.0.0.1:7104" } })).toBe(
      "Put 127.0.0.1:18003 in place of 127.0.0.1:7104 into URL of checkout.",
    );
  });
  it("says what to start a caller with that somebody else runs", () => {
    expect(adviceWith({ env: { PAYMENTS_URL: "http://127.0.0.1:18003" } })).toBe(
      "Start it with PAYMENTS_URL=http://127.0.0.1:18003.",
    );
  });
  it("looks elsewhere where the caller is told already", () => {
    expect(adviceWith({ command, env: { PAYMENTS: "127.0.0.1:18003" } })).toBe(
      "The mesh file says so in PAYMENTS: either nothing made checkout call payments, or it does not read PAYMENTS.",
    );
  });
  it("names both addresses where no setting names the callee", () => {
    expect(adviceWith({ command })).toBe("checkout must call 127.0.0.1:18003 instead of 127.0.0.1:7104.");
  });
  it("follows the question whether the caller is told", () => {
    const listen = "127.0.0.1:18003";
    expect(spellUnpassed({ edge: asEdgeId("checkout->payments"), listen, advice: "Do." })).toBe(
      "Nothing passed the agent on checkout → payments in the baseline: is checkout configured to call 127.0.0.1:18003? Do.",
    );
  });
});

describe("an edge that comes by the redirect, on which nothing passed,", () => {
  const told = (edge: object, id: string) => {
    const read = parseMesh({
      ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
      spec: {
        services: { checkout: { endpoints: ["10.0.0.2:80"] }, payments: { endpoints: ["10.0.0.3:80"] } },
        edges: [{ from: "checkout", to: "payments", ...edge }],
      },
    });
    if ("problems" in read) throw new Error(JSON.stringify(read.problems));
    return spellUnpassed(withAdvice({ edge: asEdgeId(id), listen: "localhost:0" }, read.mesh));
  };
  it("at the caller asks for the redirect, or for an address to call", () => {
    expect(told({}, "checkout->payments")).toBe(
      "Nothing passed the agent on checkout → payments in the baseline: does the kernel redirect the calls of checkout? Start the agent of checkout with `--intercept`, or give the edge a `listen` address that checkout calls instead of 10.0.0.3:80.",
    );
  });
  it("at the callee names the hosts and addresses by which connections are known", () => {
    expect(told({ at: "callee" }, "checkout->payments:callee")).toBe(
      "Nothing passed the agent on checkout → payments (at callee) in the baseline: does checkout call payments from another machine, by a connection that is new? The agent of payments knows the connections of checkout by the hosts 10.0.0.2, and those to payments by 10.0.0.3:80, as the mesh has them.",
    );
  });
});
