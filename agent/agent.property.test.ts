/**
 * Property test of the lease, under a network that delays, reorders and repeats messages, and a process that stalls:
 * compared with an oracle that only knows SAFETY.md 1.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { asFaultId } from "../experiments/model/names.ts";
import { fault, setUp } from "../test/agent/stage.ts";

const LEASE_MS = 5_000;
type Sent =
  | {
      readonly type: "apply";
      readonly gen: number;
      readonly basis: number;
      readonly session: string;
      readonly notAfterMs: number;
    }
  | { readonly type: "renew"; readonly gen: number; readonly basis: number; readonly session: string };

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pulse" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.nat(3_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("stall" as const), ms: fc.nat(6_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("order" as const), notAfterMs: fc.nat(20_000), back: fc.nat(3) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("renew" as const), back: fc.nat(3) }) },
  // Delivers any message ever sent, at any time, again and again.
  { weight: 8, arbitrary: fc.record({ do: fc.constant("deliver" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reconnect" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const) }) },
);

test("invariants 1, 2, 3, 5 and 6: they hold under delay, reordering, repetition, replays and stalls", async () => {
  let acted = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.boolean(), async (steps, sameFault) => {
      const { agent, clock, enter, pulse, hear, acting, drop } = await setUp();
      const sent: Sent[] = [];
      const sentAtMs = new Map<string, number>();
      /** End of the latest grant delivered for a generation; no fault of that generation may act afterwards. */
      const grantedMs = new Map<number, number>();
      const over = new Set<number>();
      /** The earliest end that any delivered order gave a fault. */
      const endsMs = new Map<string, number>();
      let session = "s0";
      let n = 0;
      let gen = 0;
      enter(session);

      const nameOf = (generation: number) => (sameFault ? "same" : `gen ${generation}`);
      const deliver = (message: Sent) => {
        const nowMs = clock.nowMs();
        const fromMs = sentAtMs.get(`${message.session}/${message.basis}`)!;
        for (const [generation, untilMs] of grantedMs) if (untilMs <= nowMs) over.add(generation);
        if (message.session === session && fromMs + LEASE_MS > nowMs && !over.has(message.gen)) {
          grantedMs.set(message.gen, Math.max(fromMs + LEASE_MS, grantedMs.get(message.gen) ?? 0));
        }
        const common = { ...message, epoch: 1, leaseMs: LEASE_MS };
        if (message.type === "renew") return void hear(common);
        const { notAfterMs, ...order } = common as typeof common & { notAfterMs: number };
        const name = nameOf(message.gen);
        const faults = [fault({ id: asFaultId(name), name, notAfterMs })];
        const [answer] = hear({ ...order, faults, watches: [], allotments: {} });
        if (answer?.type === "applied")
          endsMs.set(name, Math.min(fromMs + notAfterMs, endsMs.get(name) ?? Number.POSITIVE_INFINITY));
      };
      const look = () => {
        const nowMs = clock.nowMs();
        const names = acting();
        acted += names.length;
        if (names.length === 0) return;
        const { gen: held } = agent.table.mark;
        expect(names).toEqual([nameOf(held)]);
        expect(over.has(held)).toBe(false);
        expect(nowMs).toBeLessThan(grantedMs.get(held) ?? Number.NEGATIVE_INFINITY);
        expect(nowMs).toBeLessThan(endsMs.get(nameOf(held))!);
      };

      for (const move of steps) {
        if (move.do === "pulse") {
          n = pulse();
          sentAtMs.set(`${session}/${n}`, clock.nowMs());
        } else if (move.do === "advance") clock.advance(move.ms);
        else if (move.do === "stall") clock.stall(move.ms);
        else if (move.do === "order" && n > 0)
          sent.push({
            type: "apply",
            gen: ++gen,
            basis: Math.max(1, n - move.back),
            session,
            notAfterMs: move.notAfterMs,
          });
        else if (move.do === "renew" && n > 0 && gen > 0)
          sent.push({ type: "renew", gen, basis: Math.max(1, n - move.back), session });
        else if (move.do === "deliver" && sent.length > 0) deliver(sent[move.which % sent.length]!);
        else if (move.do === "reconnect") {
          session = `${session}'`;
          enter(session);
          n = 0;
        } else if (move.do === "drop") {
          drop("n");
          // Orders held or heard before must not act again.
          for (const generation of grantedMs.keys()) if (generation <= agent.table.mark.gen) over.add(generation);
        }
        look();
      }
    }),
    { numRuns: 600 },
  );
  // The oracle would prove nothing if no fault ever acted.
  expect(acted).toBeGreaterThan(200);
});
