/** Plan of a run, resolved against the mesh in force and the connected agents; like `squall plan`. */

import { useMemo } from "react";
import { formatPath } from "../../../experiments/model/document/issue.ts";
import { explainExperiment } from "../../../experiments/model/explain/experiment.ts";
import { describeFault } from "../../../experiments/model/faults/index.ts";
import { spellEdge } from "../../../experiments/model/names.ts";
import { sayKeptConnections } from "../../../experiments/model/plan/kept-connections.ts";
import { redirectWordsOf } from "../../../experiments/model/plan/redirect-words.ts";
import { describeProbe } from "../../../experiments/model/probes/index.ts";
import { formatDuration } from "../../../experiments/model/units/duration.ts";
import { sayPlannedShows } from "../../../experiments/model/verdict/bounds.ts";
import type { PlanReply } from "../../../server/contract/index.ts";
import { Scroll } from "../../ui/scroll.tsx";
import type { Reading } from "../text/reading.ts";
import { heldOf, mayBeBad, PHASES, radiusOf, samplesOf, shareText, timesOf } from "./words.ts";

const titleOf = (phase: string): string => phase[0]!.toUpperCase() + phase.slice(1);
const Faults = ({ plan }: { readonly plan: PlanReply }) => (
  <Scroll label="Faults">
    <table className="stacks">
      <caption>Faults</caption>
      <thead>
        <tr>
          <th scope="col">Fault</th>
          <th scope="col">Edges</th>
          <th scope="col">Does</th>
          <th scope="col">Share</th>
          <th scope="col">Live</th>
        </tr>
      </thead>
      <tbody>
        {plan.faults.map((fault) => (
          <tr key={fault.name}>
            <th scope="row">{fault.name}</th>
            <td data-word="Edges">{fault.targets.map(({ edge }) => spellEdge(edge)).join(", ") || "none"}</td>
            <td data-word="Does">{describeFault(fault.action)}</td>
            <td data-word="Share">{shareText(fault.share)}</td>
            <td data-word="Live" className="nowrap">
              {formatDuration(fault.fromMs)} to {formatDuration(fault.toMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);
/** Endpoints that faults select, with the open connections there. */
const SelectedEndpoints = ({ plan }: { readonly plan: PlanReply }) =>
  plan.faults.flatMap(({ name, targets }) =>
    targets.flatMap(({ edge, endpoints }) =>
      endpoints === null ? (
        []
      ) : (
        <p key={`${name} ${edge}`} className="small">
          {name}: of {spellEdge(edge)} only {endpoints.join(", ")};{" "}
          {sayKeptConnections(plan.connections?.find((kept) => kept.fault === name && kept.edge === edge))}.
        </p>
      ),
    ),
  );
/** Connections that faults cut or cannot reach, where the redirect serves an edge. */
const Redirected = ({ plan }: { readonly plan: PlanReply }) =>
  plan.faults.map((fault) => {
    const words = redirectWordsOf(fault);
    return words.length === 0 ? null : (
      <p key={fault.name} className="small">
        {fault.name}: {words.join("; ")}.
      </p>
    );
  });
const Instances = ({ plan }: { readonly plan: PlanReply }) => {
  if (plan.agents.length === 0)
    return (
      <p className="told warn">
        No agent that is ready serves these edges: a start would wait for one, and then be halted. Start one with{" "}
        <code>squall agent --server {window.location.origin}</code>.
      </p>
    );
  return (
    <Scroll label="Instances">
      <table className="stacks">
        <caption>Instances</caption>
        <thead>
          <tr>
            <th scope="col">Instance</th>
            <th scope="col">Struck by</th>
          </tr>
        </thead>
        <tbody>
          {plan.agents
            .toSorted((a, b) => (a.instance < b.instance ? -1 : 1))
            .map(({ instance, faults }) => (
              <tr key={instance}>
                <th scope="row">{instance}</th>
                <td data-word="Struck by">{heldOf(plan, faults)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </Scroll>
  );
};
const Expectations = ({ plan }: { readonly plan: PlanReply }) => (
  <Scroll label="Samples">
    <table className="stacks">
      <caption>Samples</caption>
      <thead>
        <tr>
          <th scope="col">Expectation</th>
          <th scope="col">Probe</th>
          {[...PHASES.map(titleOf), "May be bad"].map((word) => (
            <th key={word} scope="col" className="number">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {plan.expectations.map((expectation) => (
          <tr key={expectation.name}>
            <th scope="row">{expectation.name}</th>
            <td data-word="Probe">{describeProbe(expectation.probe, expectation.endpoints)}</td>
            {PHASES.map((phase) => (
              <td key={phase} data-word={titleOf(phase)} className="number">
                {samplesOf(plan, expectation, phase)}
              </td>
            ))}
            <td data-word="May be bad" className="number">
              {mayBeBad(plan, expectation)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

/** Best share that so few samples can show; empty where the samples suffice for the file's objective. */
const Shows = ({ plan }: { readonly plan: PlanReply }) =>
  plan.expectations.map((expectation) => {
    const shows = sayPlannedShows(plan, expectation);
    return shows === null ? null : (
      <p key={expectation.name} className="small">
        {expectation.name}: {shows}.
      </p>
    );
  });

export const PlanView = ({ plan, reading }: { readonly plan: PlanReply; readonly reading: Reading }) => {
  const { experiment, mesh } = reading;
  const warnings = useMemo(() => {
    const sentences = experiment === null ? [] : explainExperiment(experiment, mesh ?? undefined);
    return sentences.filter((sentence) => sentence.startsWith("Warning:"));
  }, [experiment, mesh]);
  return (
    <div className="plan">
      {plan.refusals.map(({ path, message }) => (
        <p key={`${formatPath(path)} ${message}`} className="told bad">
          Refused: {path.length > 0 && <code>{formatPath(path)}</code>} {message}
        </p>
      ))}
      {plan.refusals.length === 0 && <p className="told good">Nothing would refuse a start now.</p>}
      <p>
        On the mesh {plan.mesh}: {timesOf(plan)}.
      </p>
      <p>{radiusOf(plan)}</p>
      <Faults plan={plan} />
      <SelectedEndpoints plan={plan} />
      <Redirected plan={plan} />
      <Instances plan={plan} />
      <Expectations plan={plan} />
      <Shows plan={plan} />
      {warnings.map((warning) => (
        <p key={warning} className="told warn">
          {warning}
        </p>
      ))}
    </div>
  );
};
