/**
 * Verdicts and reason words explained in sentences, with the remedy. docs/verdicts.md says the same; a test compares
 * the two.
 */

import { nearest } from "../document/suggestion.ts";
import { EXIT } from "./exit-code.ts";
import { type ReasonCode, VERDICT_OF, type Verdict } from "./verdict.ts";

export const VERDICT_MEANS: Readonly<Record<Verdict, string>> = {
  HELD: "The hypothesis could have failed, and did not.",
  BROKEN: "The system under test failed, and the fault did it.",
  INVALID: "A file is wrong, or its mesh did not start. Nothing was touched.",
  INCONCLUSIVE: "Nothing was proved, one way or the other. It is never green.",
  HALTED: "The run was ended before its time. Every fault was taken away first.",
  RESIDUE: "It could not be shown that a fault is gone. Look at once.",
};

interface ReasonDocs {
  readonly means: string;
  readonly remedy: string;
}
export const REASON_DOCS: Readonly<Record<ReasonCode, ReasonDocs>> = {
  held: {
    means: "Every fault hit as often as it had to, enough samples met one, and the steady state stayed and came back.",
    remedy: "Go on. Read in the reason how much that shows.",
  },
  expectation: {
    means: "More samples were bad than the objective allows while the faults were live.",
    remedy: "Make the service cope with the fault, or the objective honest.",
  },
  "not-recovered": {
    means: "The steady state did not come back in time after the faults were gone.",
    remedy: "Look for what stays broken: a breaker that never closes, a pool that never refills, a backlog.",
  },
  leak: {
    means: "Damage spread beyond what `limits` and the hypothesis declare.",
    remedy: "Find the shared part that carried it, or declare who may suffer in `limits.services`.",
  },
  file: {
    means: "The experiment does not fit its format or its mesh.",
    remedy: "Read the place in the message; `squall validate` finds all of them at once.",
  },
  usage: {
    means: "The command line is wrong.",
    remedy: "`squall run --help`.",
  },
  ports: {
    means: "An address of the mesh is taken.",
    remedy: "End what listens there, or change the mesh.",
  },
  mesh: {
    means: "A service of the mesh did not start, or a probe names what is not there.",
    remedy: "The reason quotes the end of the service's log.",
  },
  "baseline-not-steady": {
    means: "The hypothesis did not hold before any fault. Nothing was injected.",
    remedy: "Mend the system or the expectation first.",
  },
  "no-hits": {
    means: "A fault hit fewer exchanges than `hits.atLeast`.",
    remedy: "Send load that passes the edge, widen `match`, or raise `share`.",
  },
  "too-few": {
    means: "Fewer samples than `minSamples` count.",
    remedy: "Look more often, or make the phase longer.",
  },
  errored: {
    means:
      "Over 5% of the looks could not be made, or the verdict hangs on looks that failed while an agent stalled. The reason has the first one.",
    remedy:
      "Mend what the prober could not do: descriptors, Prometheus, a body too large. Where agents stalled, give the one named more CPU.",
  },
  "could-not-break": {
    means: "No expectation could have failed: too few of its samples met a fault, or none lies on its path.",
    remedy: "Ask through the struck edge, raise `share`, or judge what is beside it with `exposure: bystander`.",
  },
  "exposure-unknown": {
    means:
      "Perhaps enough samples met a fault, perhaps not; where the mark is lost, others' calls on the edge can hide theirs.",
    remedy: "Let the services named pass `traceparent` on, watch a longer baseline, or name the way in with `via`.",
  },
  unasked: {
    means: "No expectation counts in the recovery: nobody asked whether all is well again.",
    remedy: "Let one of them count in all phases.",
  },
  gap: {
    means:
      "A fault was not live for its whole time, an agent's lease lapsed, or traffic passed a fault by: an agent lacked descriptors or ports, or was upgraded.",
    remedy: "Look at the agent's log and its link to the server; raise the limit that the reason names.",
  },
  "agent-stalled": {
    means:
      "An agent stood still for over a tenth of the time, in stalls of 250 ms or more, or two seconds at once: the tool failed, not the system.",
    remedy: "Give the agent more CPU: raise its limit, or remove it.",
  },
  "callers-left": {
    means: "Many more callers than in the baseline gave up before they were answered.",
    remedy: "Give the expectation a `within`, or say with `cancelled` how those count.",
  },
  "broke-without-fault": {
    means: "It broke, but no fault can have done that: nothing was hit yet, or it was as bad before.",
    remedy: "Look at the system without any fault.",
  },
  "radius-unseen": {
    means: "`limits.leak: require`, and not every edge outside the radius carried enough traffic to tell damage.",
    remedy: "Send load over the edges named, or use `break`.",
  },
  guardrail: {
    means: "A guardrail was bad as often as `trip` says.",
    remedy: "Look at what it guards.",
  },
  "guardrail-blind": {
    means: "A guardrail could not look.",
    remedy: "Mend its probe, or set `blind: ignore`.",
  },
  deadline: {
    means: "The run took longer than `limits.deadline`.",
    remedy: "Raise it, or shorten the phases.",
  },
  interrupted: {
    means: "The command got a signal.",
    remedy: "Nothing.",
  },
  operator: {
    means: "A person, or another program, halted the run.",
    remedy: "Ask who: the audit log has it.",
  },
  "client-silent": {
    means: "The client that started an attached run was gone for 10 s.",
    remedy: "Use `--detach`, or keep the client alive.",
  },
  "agent-lost": {
    means: "An agent ended, fell silent, or did not apply an order.",
    remedy: "Look at its log.",
  },
  "server-lost": {
    means: "The server that ran it ended. Another one took the faults away.",
    remedy: "Run it again.",
  },
  refused: {
    means: "An agent would not honour the order.",
    remedy: "The reason says why: a policy of the agent, an unknown kind.",
  },
  "clock-jump": {
    means: "The machine slept, or its clock jumped.",
    remedy: "Run it again.",
  },
  journal: {
    means: "The journal could not be written.",
    remedy: "Free the disk, or mend the database.",
  },
  "journal-lost": {
    means:
      "Records that the database had confirmed are gone from it: a standby that lagged behind was promoted, or a dump was restored under a live server.",
    remedy: "Run it again; replicate synchronously, or restore only with the servers stopped.",
  },
  internal: {
    means: "An error of Squall's own.",
    remedy: "Report it with the log.",
  },
  freeze: {
    means: "A freeze began.",
    remedy: "Run it after the freeze.",
  },
  policy: {
    means: "A policy changed and forbids the run.",
    remedy: "Ask who owns the policy.",
  },
  "mesh-changed": {
    means: "An edge of the run changed in mid-run.",
    remedy: "Run it again.",
  },
  "unclaimed-damage": {
    means: "Damage that no live run declares, while several were live: nobody can tell whose it is.",
    remedy: "Run them one after the other.",
  },
  "not-attested": {
    means: "An agent did not attest that it holds nothing of the run.",
    remedy: "Restart the agent named: its faults end with its process and with its lease.",
  },
  external: {
    means: "An effect outside the agents could not be shown to be undone.",
    remedy: "Undo it by hand.",
  },
  "baseline-only": {
    means: "`--only baseline`: the baseline is steady, and nothing was injected.",
    remedy: "Go on.",
  },
  shadow: {
    means: "`--shadow`: the faults matched and touched nothing.",
    remedy: "Read how much they would have hit.",
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
