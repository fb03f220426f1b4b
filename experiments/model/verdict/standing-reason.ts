/**
 * Sentences about the standing of an expectation: samples that met the fault, samples kept from the fault, and gaps in
 * knowledge.
 */

import { edgeEnds, spellEdge } from "../names.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import { entriesOf } from "../plan/probe-path.ts";
import { nounOf } from "../probes/sample-noun.ts";
import { list } from "../text/words.ts";
import { formatShare } from "../units/share.ts";
import type { EdgeContact, Exposure } from "./exposure.ts";
import type { Standing } from "./standing.ts";

const part = (share: number): string => formatShare(Number(share.toPrecision(2)));

/** Edge with the largest drop in reach from baseline to `during`. */
const shunned = (contacts: readonly EdgeContact[]): EdgeContact | undefined =>
  contacts
    .filter(({ reach }) => reach !== null)
    .sort((a, b) => a.reach!.now - a.reach!.before - (b.reach!.now - b.reach!.before))[0];

const sayBad = (bad: number): string =>
  bad === 0 ? "" : ` ${bad} that no fault is known to have hit ${bad === 1 ? "was" : "were"} bad anyway.`;
const saySlowed = ({ struck, samples, slowed, bad }: Exposure): string =>
  `At least ${struck + slowed} of ${samples} met the fault: ${struck} were hit under their own mark, and ${slowed} more than chance explains took far longer than any before it.${sayBad(bad)}`;
const sayStruck = (expectation: PlannedExpectation, standing: Standing): string => {
  if (standing.exposure.slowed > 0) return saySlowed(standing.exposure);
  return `${sayMet(expectation, standing)}${sayBad(standing.exposure.bad)}`;
};
const sayMet = (expectation: PlannedExpectation, standing: Standing): string => {
  const { struck, samples, averted, contacts } = standing.exposure;
  const atLeast = standing.exposure.atLeast - standing.exposure.bad;
  const shared = contacts.find(({ by, surely }) => by === "mark" && surely !== null);
  if (shared !== undefined && atLeast > struck)
    return `At least ${atLeast} of ${samples} met the fault or were kept from it: ${struck} were hit under their own mark${saySurely(shared)}.`;
  if (atLeast > struck + averted)
    return `At least ${atLeast} of ${samples} met the fault or were kept from it${sayUnmarked(expectation, standing)}.`;
  if (averted === 0) return `${struck} of ${samples} were hit.`;
  const edge = shunned(contacts);
  const [caller, callee] = edge === undefined ? ["", ""] : edgeEnds(edge.edge);
  const { before, now } = edge?.reach ?? { before: 0, now: 0 };
  const unread = edge?.unread ?? 0;
  // The caller may or may not have sent a request: on a connection that is cut at once no request is read.
  if (unread > 0) {
    const plural = unread === 1 ? "connection was" : "connections were";
    return `${struck} of ${samples} were hit; ${averted} more were hit unread or kept from it: ${unread} ${plural} cut from ${caller} to ${callee} before a request could be read.`;
  }
  return `${struck} of ${samples} were hit; ${averted} more were kept from it: ${caller} asked ${callee} for ${part(before)} of them before the fault, for ${part(now)} during it.`;
};
/** Reason why the mark gave no evidence: the services between entry and struck edge that may drop the mark. */
const sayUnmarked = ({ probe }: PlannedExpectation, { exposure: { contacts } }: Standing): string => {
  const graph = contacts.find(({ by }) => by === "graph");
  if (graph === undefined || (probe.kind !== "http" && probe.kind !== "process")) return "";
  if (graph.isRaw) return `: what passes ${spellEdge(graph.edge)} bears no mark`;
  const [entry] = entriesOf(probe);
  const between = entry === undefined ? "on the way" : `between ${entry} and ${edgeEnds(graph.edge)[1]}`;
  return `: no service ${between} passed \`traceparent\` on${saySurely(graph)}`;
};
const saySurely = ({ surely, edge }: EdgeContact): string => {
  if (surely === null) return "";
  const where = spellEdge(edge);
  return surely === 0
    ? `, and theirs among the calls ${where} cannot be told from others'`
    : `; by the times of calls ${where} at least ${formatShare(Math.floor(surely * 100) / 100)} of them had a part in one before the fault`;
};
const sayBeside = (expectation: PlannedExpectation, { exposure: { samples, struck }, beside }: Standing): string => {
  const by = list([...entriesOf(expectation.probe)]);
  const where = list((expectation.beside ?? []).map(spellEdge));
  const own = struck === 0 ? "none was hit itself" : `${struck} were hit themselves`;
  return `${beside} of ${samples} were answered by ${by} while calls ${where} were hit; ${own}.`;
};

/** Sentence on a standing: exposure of a judged expectation, or the reason why the expectation is not judged. */
export const sayStanding = (expectation: PlannedExpectation, standing: Standing): string => {
  const { exposure, allowed } = standing;
  const noun = nounOf(expectation.probe.kind);
  const share = `of ${exposure.samples} ${noun}`;
  const met = exposure.bad > 0 ? "met the fault or were bad anyway" : "met the fault";
  switch (standing.is) {
    case "proven":
      if (expectation.eventuallyMs !== null) return "The fault had hit before it came true.";
      return exposure.by === "metrics"
        ? `${exposure.struck} ${share} tell of the fault.`
        : sayStruck(expectation, standing);
    case "at-most":
      return `At most ${exposure.atMost} ${share} met the fault${sayUnmarked(expectation, standing)}.`;
    case "bystander":
      return sayBeside(expectation, standing);
    case "unknown":
      return "It is not known whether any sample met the fault: name the service behind it in `via`.";
    case "open":
      return `Between ${exposure.atLeast} and ${exposure.atMost} ${share} ${met}, and ${allowed} may be bad anyway${sayUnmarked(expectation, standing)}.`;
    case "too-few": {
      if (expectation.eventuallyMs !== null) return "It came true before the fault had hit anything.";
      const most = exposure.atMost === 0 ? "None" : `At most ${exposure.atMost}`;
      return `${most} ${share} ${met}, and ${allowed} may be bad anyway.`;
    }
    case "beside":
      return `Only ${standing.beside} ${share} were under way beside hits, and ${allowed} may be bad anyway.`;
    case "no-path":
      return "No faulted edge lies on its path; `exposure: bystander` would judge what is under way beside the hits.";
    case "was-so":
      return expectation.eventuallyMs === null
        ? "It was so before the fault: no answer to it."
        : "It was so before the fault, or at the first sample: nothing came true.";
  }
};
