/** An experiment on the shop that strikes three edges at once, so that every state of services and edges is to be seen. */

/** `during`: length of the phase. A leak is only reported, so that the run goes on while pages are looked at. */
export const STORM = (during: string) => `
apiVersion: squall.dev/v1
kind: Experiment
metadata: { name: three-at-once }
spec:
  phases: { warmup: 500ms, baseline: 5s, during: ${during}, recovery: { within: 20s, hold: 1s } }
  onBroken: continue
  hypothesis:
    - name: shoppers can browse
      http: { to: gateway, path: /items, every: 200ms, timeout: 2s }
      good: { status: 200 }
      objective: 50%
  faults:
    - { name: the ledger hangs, edge: checkout -> ledger, partition: stall, hits: { atLeast: 1 } }
    - { name: the stock is lost, edge: catalog -> inventory, partition: reset, hits: { atLeast: 1 } }
    - { name: payments is slow, edge: checkout -> payments, latency: 150ms, hits: { atLeast: 1 } }
  limits: { services: [], leak: report, deadline: 10m }
`;
