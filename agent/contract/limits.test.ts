import { expect, it } from "vitest";
import { checkForeignAttest, checkForeignHello, checkToServer } from "./check-to-server.ts";
import { toServer } from "./checks/to-server.ts";
import { LIMITS } from "./limits.ts";
import { CONTRACT_VERSION } from "./messages.ts";
import type { Check } from "./problem.ts";

const mark = { epoch: 1, gen: 1 };
const hello = {
  ...{ type: "hello", v: CONTRACT_VERSION, version: "1.2.3", cluster: "", instance: "checkout-0", service: "checkout" },
  ...{ labels: { zone: "a" }, offers: [], boot: "0123456789abcdef01234567", pid: 7, process: null, predecessor: null },
  ...{ seen: mark, table: { ...mark, ids: [] } },
};
const remains = { live: 0, held: 0, wounded: 0, external: 0 };
const pulse = {
  ...{ type: "pulse", session: "s", n: 1, table: mark, remains, receipts: [], watches: [], edges: [] },
};
const attest = { type: "attest", nonce: "n", boot: "b", ...mark, remains, receipts: [], watches: [] };
const serving = { type: "serving", session: "s", edges: [], failed: [] };
const receipt = {
  ...{ id: "r/f@a->b", fault: "f", edge: "a->b", unit: "exchange", liveMs: 1, ordinals: [1] },
  ...{ seen: 1, matched: 1, injected: 1, spared: 0, capped: 0, untouched: 0 },
};
const watch = { id: "r/e/during", good: 1, bad: 0, open: 0, firstBad: [] };
const edge = {
  ...{ edge: "a->b", group: "treated", exchanges: 1, byClass: [0, 0, 1], bytesIn: 1, bytesOut: 1, open: 0 },
  latencies: "",
};
const offer = { from: "a", to: "b", listen: "127.0.0.1:1", protocol: "http", endpoints: ["b:80"], healthPath: null };
const many = <T>(one: T, count: number) => Array.from({ length: count }, () => one);
const labels = (count: number) => Object.fromEntries(many(0, count).map((_, i) => [`label-${i}`, "x"]));
const long = (length: number) => "x".repeat(length);

it("takes what a real agent says", () => {
  for (const message of [
    hello,
    { ...hello, labels: labels(LIMITS.labels), offers: many(offer, 100) },
    { ...hello, labels: { "app.kubernetes.io/managed-by": long(63) }, service: null },
    { ...pulse, receipts: many(receipt, 1_000), watches: many(watch, 1_000), edges: many(edge, 2_000) },
    { ...attest, receipts: [receipt] },
    { ...serving, edges: [{ id: "a->b", listen: "127.0.0.1:1" }], failed: [{ id: "a->b", why: "in use" }] },
  ])
    expect(checkToServer(message)).toHaveProperty("said");
});
/** Each list and each text of each message has a case here. */
const TOO_MUCH: Record<string, object> = {
  labels: { ...hello, labels: labels(LIMITS.labels + 1) },
  "a label's key": { ...hello, labels: { [long(64)]: "x" } },
  "a label's value": { ...hello, labels: { x: long(64) } },
  "a label on two lines": { ...hello, labels: { x: "a\nb" } },
  "labels that are a list": { ...hello, labels: ["x"] },
  "an instance": { ...hello, instance: long(254) },
  "an instance on two lines": { ...hello, instance: "a\nb" },
  "an instance with a NUL": { ...hello, instance: "a\0" },
  "a service": { ...hello, service: long(64) },
  "a boot": { ...hello, boot: long(65) },
  "a boot with a slash": { ...hello, boot: "a/b" },
  "a pid of 33 bits": { ...hello, pid: 2 ** 31 },
  "a version": { ...hello, version: long(65) },
  "a cluster": { ...hello, cluster: long(301) },
  "a process": { ...hello, process: { started: long(65), machineBoot: "x" } },
  "a machine": { ...hello, process: { started: "1", machineBoot: long(129) } },
  "a clock": { ...hello, clock: { of: long(129), zeroMs: 1 } },
  "a predecessor": { ...hello, predecessor: { boot: long(65) } },
  offers: { ...hello, offers: many(offer, LIMITS.offers + 1) },
  "an offer's endpoints": { ...hello, offers: [{ ...offer, endpoints: many("b:80", 1_001) }] },
  "an offer's endpoint": { ...hello, offers: [{ ...offer, endpoints: [long(301)] }] },
  "an offer's path": { ...hello, offers: [{ ...offer, healthPath: long(2_049) }] },
  "an offer's caller": { ...hello, offers: [{ ...offer, from: long(64) }] },
  "fault ids": { ...hello, table: { ...mark, ids: many("x", LIMITS.faults + 1) } },
  "a fault id": { ...hello, table: { ...mark, ids: [long(513)] } },
  "edges served": { ...serving, edges: many({ id: "x", listen: "y" }, LIMITS.edges + 1) },
  "edges failed": { ...serving, failed: many({ id: "x", why: "y" }, LIMITS.edges + 1) },
  "a reason": { ...serving, failed: [{ id: "x", why: long(513) }] },
  "a session": { ...pulse, session: long(65) },
  receipts: { ...pulse, receipts: many(receipt, LIMITS.receipts + 1) },
  "a receipt's ordinals": { ...pulse, receipts: [{ ...receipt, ordinals: many(1, 1_001) }] },
  watches: { ...pulse, watches: many(watch, LIMITS.watches + 1) },
  "a watch's examples": { ...pulse, watches: [{ ...watch, firstBad: many({ atMs: 1, why: "x" }, 6) }] },
  "an example's reason": { ...pulse, watches: [{ ...watch, firstBad: [{ atMs: 1, why: long(513) }] }] },
  "edge counts": { ...pulse, edges: many(edge, LIMITS.edges * 2 + 1) },
  latencies: { ...pulse, edges: [{ ...edge, latencies: long(LIMITS.latenciesLength + 1) }] },
  classes: { ...pulse, edges: [{ ...edge, byClass: many(0, 7) }] },
  "a nonce": { ...attest, nonce: long(65) },
  "an attestation's receipts": { ...attest, receipts: many(receipt, LIMITS.receipts + 1) },
  "a refusal": { type: "refused", session: "s", ...mark, why: "stale", detail: long(513), seen: mark },
  "a lapse": { type: "lapsed", ...mark, why: long(513) },
};
it.each(Object.entries(TOO_MUCH))("takes no more of %s than a real agent says", (_, message) => {
  expect(checkToServer(message)).toHaveProperty("problem");
});
it("takes no more of an agent of another version", () => {
  expect(checkForeignHello({ ...hello, v: 9, later: "unknown" })).toHaveProperty("said");
  for (const more of [{ instance: long(254) }, { boot: long(65) }, { pid: 2 ** 31 }, { version: long(65) }])
    expect(checkForeignHello({ ...hello, v: 9, ...more })).toHaveProperty("problem");
  expect(checkForeignAttest({ ...attest, nonce: long(65) })).toHaveProperty("problem");
});
it("finds one problem of a hostile message and not one for each of its parts", () => {
  const hostile = { ...pulse, receipts: many(many(0, 10), 1_000), edges: many({ nonsense: true }, 20_000) };
  expect(checkToServer(hostile)).toHaveProperty("problem", "pulse.receipts[0]: expected an object, got a list of 10");
  expect((toServer as Check).errors!.length).toBeLessThan(5);
});
