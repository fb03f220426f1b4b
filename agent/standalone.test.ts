import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { meshEdgesIn, offersIn, ownEdgesIn } from "./standalone.ts";

const MESH = `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: shop }
spec:
  services:
    checkout: { endpoints: ["10.0.0.2:80", "[fd00::2]:80"] }
    payments: { endpoints: ["10.0.0.3:80"], ready: { http: /healthz } }
    ledger: { endpoints: ["10.0.0.4:80"] }
  edges:
    - { from: checkout, to: payments, listen: "127.0.0.1:1" }
    - { from: checkout, to: payments, at: callee }
    - { from: payments, to: ledger, protocol: tcp }
`;
const folder = mkdtempSync(join(tmpdir(), "squall-standalone-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "mesh.yaml");
writeFileSync(file, MESH);
const idsOf = (orders: readonly { readonly id: string }[]) => orders.map(({ id }) => id);

describe("the edges that an agent reads from a mesh file", () => {
  const own = async (service: string | null, intercepts?: boolean) =>
    idsOf(await ownEdgesIn({ file }, { service, ...(intercepts === undefined ? {} : { intercepts }) }));
  it("are the calls of its service, and with the redirect those that arrive there too", async () => {
    expect(await own("payments")).toEqual(["payments->ledger"]);
    expect(await own("payments", true)).toEqual(["checkout->payments:callee", "payments->ledger"]);
    expect(await own("checkout", true)).toEqual(["checkout->payments"]);
    expect(await own(null)).toEqual(["checkout->payments", "payments->ledger"]);
    await expect(own("ledger")).rejects.toThrow("expected an edge from ledger, found none");
  });
  it("say at the callee from which hosts the caller calls, and at the caller nothing of the kind", async () => {
    const [arriving] = await ownEdgesIn({ file }, { service: "payments", intercepts: true });
    expect(arriving).toEqual({
      ...{ id: "checkout->payments:callee", listen: "localhost:0", protocol: "http", endpoints: ["10.0.0.3:80"] },
      ...{ healthPath: "/healthz", at: "callee", callers: ["10.0.0.2", "fd00::2"] },
    });
    const [called] = await ownEdgesIn({ file }, { service: "checkout" });
    expect(Object.keys(called!)).toEqual(["id", "listen", "protocol", "endpoints", "healthPath"]);
  });
  it("are all at the caller for an agent without a server, whatever its service, as before", async () => {
    const ids = async (...reader: Parameters<typeof meshEdgesIn>) => idsOf((await meshEdgesIn(...reader)).edges);
    expect(await ids(file, { service: "checkout" })).toEqual(["checkout->payments", "payments->ledger"]);
    expect(await ids(file, { service: "payments", intercepts: true })).toEqual([
      ...["checkout->payments:callee", "payments->ledger"],
    ]);
  });
  it("are offered by place, since older servers know no place", async () => {
    const offer = {
      from: "checkout",
      to: "payments",
      protocol: "http",
      endpoints: ["10.0.0.3:80"],
      healthPath: "/healthz",
    };
    expect(await offersIn(file, { service: "checkout" })).toEqual({
      offers: [{ ...offer, listen: "127.0.0.1:1" }],
      calleeOffers: [],
    });
    const { offers, calleeOffers } = await offersIn(file, { service: "payments", intercepts: true });
    expect(offers.map(({ to }) => to)).toEqual(["ledger"]);
    expect(calleeOffers).toEqual([{ ...offer, listen: "localhost:0" }]);
  });
});
