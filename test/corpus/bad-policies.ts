/** Invalid policies, in the form of `bad-experiments.ts`. */
import type { BadFile } from "./bad-experiments.ts";

export const GOOD_POLICY = `apiVersion: squall.dev/v1
kind: Policy
metadata: { name: payments-by-day }
spec:
  who: { roles: [operator] }
  where: [{ to: payments }]
  allow: { faults: [latency], share: 25% }
  protected: [ledger]
  timeZone: Europe/Berlin
  windows: [{ days: [mon], from: "09:00", to: "17:00" }]
`;

export const badPolicies: readonly BadFile[] = [
  {
    name: "nothing said",
    edits: [
      [GOOD_POLICY.slice(GOOD_POLICY.indexOf("  allow:")), ""],
      ["  who:", "  «who:"],
    ],
    says: ["says nothing: name one of `allow`, `protected`, `windows`, `freezes`"],
    parserOnly: true,
  },
  {
    name: "nobody bound",
    edits: [["{ roles: [operator] }", "«{ roles: [] }"]],
    says: ["binds nobody: name `roles` or `tokens`, or leave `who` out for everybody"],
    parserOnly: true,
  },
  {
    name: "a role that is none",
    edits: [["[operator]", "[«operators]"]],
    says: ['expected viewer, operator or admin, got "operators" → operator'],
  },
  {
    name: "no edge",
    edits: [["[{ to: payments }]", "«[]"]],
    says: ["expected one entry at least, got none"],
  },
  {
    name: "a fault that is none",
    edits: [["[latency]", "[«latncy]"]],
    says: [
      'expected latency, abort, partition, reset, bandwidth, slowClose, limitBytes, slice, corrupt, rewrite, throttle, kill, restart or pause, got "latncy" → latency',
    ],
  },
  {
    name: "a share that is a number",
    edits: [["25%", "«0.25"]],
    says: ['expected a share such as "5%" or "99.9%", 100% at most, got 0.25 → 25%'],
  },
  {
    name: "a zone that is not known",
    edits: [["Europe/Berlin", "«Europe/Berlni"]],
    says: ['unknown time zone "Europe/Berlni" → Europe/Berlin'],
    parserOnly: true,
  },
];
