/** Filters of the audit log, kept in the address. */
import { type FormEvent, useState } from "react";
import { pageHref, replace } from "../route.ts";
import { RangeFields } from "../ui/range-fields.tsx";
import { ACTIONS } from "./actions.ts";
import { type AuditFilter, isNarrow, queryOf } from "./filter.ts";

const show = (narrowing: AuditFilter): void => replace(pageHref("audit", queryOf(narrowing)));
const BY_WORD = Object.entries(ACTIONS).toSorted(([, a], [, b]) => (a < b ? -1 : 1));

/** Principal filter, applied when the field loses focus or on Enter: half a name matches no principal. */
const Principal = ({ narrowing }: { readonly narrowing: AuditFilter }) => {
  const [principal, setPrincipal] = useState(narrowing.principal);
  const apply = () => {
    if (principal.trim() !== narrowing.principal) show({ ...narrowing, principal: principal.trim() });
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        apply();
      }}
    >
      <label>
        Who
        <input
          value={principal}
          placeholder="name of a token"
          onChange={(event) => setPrincipal(event.target.value)}
          onBlur={apply}
        />
      </label>
    </form>
  );
};

export const Filters = ({ narrowing }: { readonly narrowing: AuditFilter }) => {
  const { action } = narrowing;
  return (
    <search className="bar">
      <Principal key={narrowing.principal} narrowing={narrowing} />
      <label>
        What
        <select value={action} onChange={(event) => show({ ...narrowing, action: event.target.value })}>
          <option value="">Anything</option>
          {action !== "" && !Object.hasOwn(ACTIONS, action) && <option value={action}>{action}</option>}
          {BY_WORD.map(([route, words]) => (
            <option key={route} value={route}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <RangeFields label="When" range={narrowing.when} onChange={(when) => show({ ...narrowing, when })} />
      {isNarrow(narrowing) && (
        <button type="button" className="quiet" onClick={() => replace(pageHref("audit"))}>
          Show everything
        </button>
      )}
    </search>
  );
};
