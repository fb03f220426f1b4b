/** Links from an edge or a service to an experiment that breaks the edge: the editor, filled in. */
import { type EdgeId, spellEdge } from "../../experiments/model/names.ts";
import { BREAK_WORDS, BREAKS } from "../experiments/text/break.ts";
import { experimentHref } from "../route.ts";

/** `edge`: the target; for a service with several callers, the busiest edge to the service. */
export const BreakThis = ({ edge }: { readonly edge: EdgeId }) => (
  <nav className="break-this" aria-label={`Break ${spellEdge(edge)}`}>
    <span className="strong">Break this:</span>{" "}
    {BREAKS.map((how) => (
      <a key={how} className="button" href={experimentHref(null, { break: how, edge })}>
        {BREAK_WORDS[how]}
      </a>
    ))}
  </nav>
);
