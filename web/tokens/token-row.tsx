import { type ReactNode, useState } from "react";
import { spellEdge } from "../../experiments/model/names.ts";
import type { TokenView } from "../../server/contract/index.ts";
import { useWrite } from "../api/queries.ts";
import { countText } from "../mesh/figures.ts";
import { Confirm } from "../ui/confirm.tsx";
import { Time } from "../ui/time.tsx";
import { agoOf } from "../ui/words.ts";
import { isServersOwn, stateOf, type TokenGroup, type TokenState } from "./token-groups.ts";

/** Data shared by all rows. */
export interface TokenRowContext {
  readonly wallMs: number;
  /** Tokens whose end signs the user out. */
  readonly own: ReadonlySet<string>;
}
const SIGNS: Readonly<Record<TokenState, readonly [tone: string, word: string]>> = {
  good: ["good", "✓ good"],
  expired: ["dim", "– expired"],
  revoked: ["dim", "✕ revoked"],
};

const Revoke = ({ token, own }: { readonly token: TokenView } & Pick<TokenRowContext, "own">) => {
  const revoke = useWrite("DELETE /api/v1/tokens/:id");
  const what = token.parent === null ? `token ${token.name}` : `session of ${token.name}`;
  return (
    <Confirm
      label={`Revoke the ${what}`}
      short="Revoke…"
      look="plain"
      refusal={null}
      reason={null}
      leave="Keep it"
      meaning={
        <>
          It is refused from now on, and so is what was made with it: sessions, and credentials of agents, whose
          connections are closed. That cannot be taken back.
          {own.has(token.id) && <strong> You are signed in by it: this signs you out.</strong>}
        </>
      }
      onConfirm={() => revoke.mutateAsync({ params: { id: token.id } })}
    />
  );
};

const Bound = ({ service, instance, edges }: Pick<TokenView, "service" | "instance" | "edges">) => {
  const words = [
    ...(service === null ? [] : [`service ${service}`]),
    ...(instance === null ? [] : [`instance ${instance}`]),
    ...(edges === null ? [] : [edges.length === 0 ? "no edges" : edges.map(spellEdge).join(", ")]),
  ];
  return words.length === 0 ? null : <span className="small bound">{words.join("; ")}</span>;
};

interface RowProps {
  readonly token: TokenView;
  readonly shown: TokenRowContext;
  /** State of the parent token: the row ends with the parent. */
  readonly above?: TokenState;
  readonly folded?: ReactNode;
}
const Row = ({ token, shown, above = "good", folded }: RowProps) => {
  const state = above === "good" ? stateOf(token, shown.wallMs) : above;
  const [tone, word] = SIGNS[state];
  const { name, role, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt, parent } = token;
  return (
    <tr className={parent === null ? undefined : "session"}>
      <th scope="row">
        <span className="strong">{name}</span>
        {shown.own.has(token.id) && <span className="small"> yours</span>}
        <Bound {...token} />
        {folded}
      </th>
      <td data-word="Role">{role}</td>
      <td data-word="State">
        <span className={`met ${tone}`}>{word}</span>
        {revokedAt !== null && (
          <span className="small">
            {" "}
            <Time iso={revokedAt} />
          </span>
        )}
      </td>
      <td data-word="Created">
        <Time iso={createdAt} /> <span className="small">by {createdBy}</span>
      </td>
      <td data-word="Expires">{expiresAt === null ? "never" : <Time iso={expiresAt} />}</td>
      <td data-word="Last used">
        {lastUsedAt === null ? (
          <span className="small">never</span>
        ) : (
          <Time iso={lastUsedAt}>{agoOf(shown.wallMs - Date.parse(lastUsedAt))}</Time>
        )}
      </td>
      <td data-word="">{state === "good" && <Revoke token={token} own={shown.own} />}</td>
    </tr>
  );
};

const titleOf = (group: TokenGroup): string =>
  isServersOwn(group) ? "The server's own token" : `A token further down (${group.id})`;

/** Row of a token, with sessions and credentials folded away. */
export const TokenRows = ({ group, shown }: { readonly group: TokenGroup; readonly shown: TokenRowContext }) => {
  const { token, id, sessions } = group;
  const [open, setOpen] = useState(false);
  const above = token === null ? "good" : stateOf(token, shown.wallMs);
  const fold =
    sessions.length === 0 ? null : (
      <button type="button" className="quiet fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden="true">{open ? "▾" : "▸"}</span>{" "}
        {countText(sessions.length, "session or credential", "sessions and credentials")}
        <span className="visually-hidden">: {token?.name ?? titleOf(group)}</span>
      </button>
    );
  return (
    <tbody>
      {token !== null && <Row token={token} shown={shown} folded={fold} />}
      {token === null && (
        <tr>
          <th scope="row" colSpan={7}>
            <span className="strong">{titleOf(group)}</span>
            {shown.own.has(id) && <span className="small"> yours</span>}
            {isServersOwn(group) && (
              <span className="small bound">It comes from the configuration; another one there ends what it made.</span>
            )}
            {fold}
          </th>
        </tr>
      )}
      {open && sessions.map((session) => <Row key={session.id} token={session} shown={shown} above={above} />)}
    </tbody>
  );
};
