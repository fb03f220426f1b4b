/**
 * Verdicts and reason words explained in sentences, with the remedy. docs/verdicts.md says the same; a test compares
 * the two.
 */

import { nearest } from "../document/suggestion.ts";
import { EXIT } from "../verdict/exit-code.ts";
import { type ReasonCode, VERDICT_OF, type Verdict } from "../verdict/verdict.ts";

export const VERDICT_MEANS: Readonly<Record<Verdict, string>> = {
  HELD: "The hypothesis could have failed, and did not.",
  BROKEN: "The system under test failed, and the fault was the cause.",
  INVALID: "A file is wrong, or the mesh did not start. No fault was injected.",
  INCONCLUSIVE: "The run proved neither success nor failure, and is never green.",
  HALTED: "The run ended early. Every fault was removed first.",
  RESIDUE: "Squall could not show that every fault is gone. Check the system at once.",
};

interface ReasonDocs {
  readonly means: string;
  readonly remedy: string;
}
export const REASON_DOCS: Readonly<Record<ReasonCode, ReasonDocs>> = {
  held: {
    means:
      "Every fault hit as often as required, enough samples met a fault, and the steady state held during the faults and returned after them.",
    remedy: "Proceed. The reason states how much the run shows.",
  },
  expectation: {
    means: "More samples were bad than the objective allows while the faults were live.",
    remedy: "Make the service cope with the fault, or set a realistic objective.",
  },
  "not-recovered": {
    means: "The steady state did not return in time after the faults were gone.",
    remedy: "Look for a part that stays broken: a breaker that never closes, a pool that never refills, a backlog.",
  },
  leak: {
    means: "Damage spread beyond the services that `limits` and the hypothesis declare.",
    remedy: "Find the shared part that carried the damage, or declare the affected services in `limits.services`.",
  },
  "not-ready-again": {
    means: "A service whose process a fault killed or restarted was not ready again within the fault's `within`.",
    remedy: "Read the end of the service's log; mend its start, or allow it more time by `within`.",
  },
  file: {
    means: "The experiment does not match the file format or the mesh.",
    remedy: "Go to the position in the message; `squall validate` lists all errors at once.",
  },
  usage: {
    means: "The command line is wrong.",
    remedy: "Read `squall run --help`.",
  },
  ports: {
    means: "An address of the mesh is already in use.",
    remedy: "End the process that listens there, or change the mesh.",
  },
  mesh: {
    means:
      "A service of the mesh did not start, a probe names a target that does not exist, no agent has the redirect that a fault needs, or this machine has no room for the run: a full disk, an unwritable folder.",
    remedy: "Read the reason: it quotes the end of the service's log, or says which agent to start.",
  },
  "baseline-not-steady": {
    means: "The hypothesis did not hold before any fault, so no fault was injected.",
    remedy: "Fix the system or the expectation first.",
  },
  "no-hits": {
    means: "A fault hit fewer exchanges than `hits.atLeast`.",
    remedy: "Send load that passes the edge, widen `match`, or raise `share`.",
  },
  "too-few": {
    means: "Fewer samples than `minSamples` count.",
    remedy: "Sample more often, or make the phase longer.",
  },
  errored: {
    means:
      "Over 5% of the samples could not be taken, or the verdict depends on samples that failed while an agent stalled. The reason describes the first such sample.",
    remedy:
      "Fix the cause on the prober's side: descriptors, Prometheus, a body that is too large. If agents stalled, give the named agent more CPU.",
  },
  "could-not-break": {
    means:
      "No expectation could have failed: too few samples met a fault, or no faulted edge lies on the probe's path.",
    remedy:
      "Probe through the faulted edge, raise `share`, or judge the samples under way beside the hits with `exposure: bystander`.",
  },
  "exposure-unknown": {
    means:
      "Perhaps enough samples met a fault, perhaps not: where a service drops the mark, other calls on the edge can hide the calls of the samples.",
    remedy:
      "Make the named services pass `traceparent` on, lengthen the baseline, or name the entry services in `via`.",
  },
  unasked: {
    means: "No expectation counts in the recovery, so the run cannot show that the steady state returned.",
    remedy: "Let an expectation count in all phases.",
  },
  gap: {
    means:
      "A fault was not live for the whole planned time, an agent's lease lapsed, the last agent that held a fault left or the last selected instance went, or traffic bypassed a fault: an agent lacked descriptors or ports, was upgraded, was ending, or did not get every connection from the redirect.",
    remedy: "Check the agent's log, and the agent's link to the server; raise the limit that the reason names.",
  },
  "agent-stalled": {
    means:
      "An agent stood still for over a tenth of the time, in stalls of 250 ms or more, or for two seconds at once: the tool failed, not the system.",
    remedy: "Give the agent more CPU: raise or remove the CPU limit.",
  },
  "callers-left": {
    means: "Many more callers than in the baseline gave up before the answer.",
    remedy: "Give the expectation a `within`, or set with `cancelled` how such exchanges count.",
  },
  "broke-without-fault": {
    means:
      "The hypothesis failed, but no fault can be the cause: no exchange was hit yet, or the samples were as bad before.",
    remedy: "Examine the system without any fault.",
  },
  "radius-unseen": {
    means: "`limits.leak: require` is set, and an edge outside the radius carried too little traffic to detect damage.",
    remedy: "Send load over the named edges, or use `limits.leak: break`.",
  },
  guardrail: {
    means: "A guardrail was bad as often as `trip` states.",
    remedy: "Examine the system that the guardrail protects.",
  },
  "guardrail-blind": {
    means: "Too many samples of a guardrail in a row errored.",
    remedy: "Fix the guardrail's probe, or set `blind: ignore`.",
  },
  deadline: {
    means: "The run took longer than `limits.deadline`.",
    remedy: "Raise the deadline, or shorten the phases.",
  },
  interrupted: {
    means: "The command received a signal.",
    remedy: "No action is needed.",
  },
  operator: {
    means: "A person or another program halted the run.",
    remedy: "Find the name in the audit log, and ask for the reason.",
  },
  "client-silent": {
    means: "The client that started an attached run was gone for 10 s.",
    remedy: "Use `--detach`, or keep the client alive.",
  },
  "agent-lost": {
    means: "An agent ended, fell silent, or did not apply an order.",
    remedy: "Read the agent's log.",
  },
  "server-lost": {
    means: "The server that executed the run ended, and another server removed the faults.",
    remedy: "Start the run again.",
  },
  refused: {
    means: "An agent refused an order, or the server refused to start the run.",
    remedy:
      "Read the cause in the reason: a policy of the agent, an unknown kind, a server under a halt, or a start that conflicts.",
  },
  "clock-jump": {
    means: "The machine slept, or the clock jumped.",
    remedy: "Start the run again.",
  },
  journal: {
    means: "The journal could not be written.",
    remedy: "Free disk space, or repair the database.",
  },
  "journal-lost": {
    means:
      "The database lost records that it had confirmed: a standby that lagged behind was promoted, or a dump was restored under a live server.",
    remedy: "Start the run again; replicate synchronously, or restore only with the servers stopped.",
  },
  internal: {
    means: "Squall had an internal error.",
    remedy: "Report the error with the log.",
  },
  freeze: {
    means: "A freeze began.",
    remedy: "Start the run again after the freeze.",
  },
  policy: {
    means: "A policy changed and now forbids the run.",
    remedy: "Ask the owner of the policy.",
  },
  "mesh-changed": {
    means: "An edge of the run changed during the run.",
    remedy: "Start the run again.",
  },
  "unclaimed-damage": {
    means:
      "An edge that no live run declares was damaged while several runs were live, so the damage cannot be attributed to a run.",
    remedy: "Run the experiments in sequence.",
  },
  "not-attested": {
    means: "An agent did not attest that all faults of the run are gone.",
    remedy: "Restart the named agent: its faults end with the process and with the lease.",
  },
  external: {
    means: "Squall could not show that an effect outside the agents was undone.",
    remedy: "Undo the effect by hand.",
  },
  "baseline-only": {
    means: "`--only baseline`: the baseline is steady, and no fault was injected.",
    remedy: "Proceed.",
  },
  shadow: {
    means: "`--shadow`: the faults matched traffic and changed none of it.",
    remedy: "Read how many exchanges the faults would have hit.",
  },
};

export type WordDocs =
  | {
      readonly verdict: Verdict;
      readonly exitCode: number;
      readonly means: string;
      /** Reason words of the verdict, each with a meaning. */
      readonly words: readonly { readonly word: ReasonCode; readonly means: string }[];
    }
  | ({ readonly word: ReasonCode; readonly verdict: Verdict | null } & ReasonDocs);

const WORDS = Object.keys(VERDICT_OF) as ReasonCode[];
/** Verdicts in any case, and reason words. */
export const VERDICT_WORDS: readonly string[] = [...Object.keys(EXIT), ...WORDS];

/** Returns the docs of a verdict or a reason word; null: an unknown word. */
export const explainWord = (text: string): WordDocs | null => {
  const verdict = text.toUpperCase() as Verdict;
  // `HELD` is a verdict and `held` the only reason word of HELD, so the verdict's docs suffice.
  if (Object.hasOwn(EXIT, verdict)) {
    const words = WORDS.filter((word) => VERDICT_OF[word] === verdict);
    return {
      ...{ verdict, exitCode: EXIT[verdict], means: VERDICT_MEANS[verdict] },
      words: words.map((word) => ({ word, means: REASON_DOCS[word].means })),
    };
  }
  const word = text.toLowerCase() as ReasonCode;
  return Object.hasOwn(VERDICT_OF, word) ? { word, verdict: VERDICT_OF[word], ...REASON_DOCS[word] } : null;
};
/** The word that was probably meant. */
export const nearestWord = (text: string): string | undefined => nearest(text, VERDICT_WORDS);
