/** Tokens page: access to the server, and the credentials. */
import { useMemo, useState } from "react";
import type { TokenView } from "../../server/contract/index.ts";
import { type Listing, usePages } from "../api/use-pages.ts";
import { useNow } from "../clock.ts";
import { pageHref } from "../route.ts";
import { useRefusal, useSession } from "../session.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { More } from "../ui/more.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { NewToken } from "./new-token.tsx";
import { goodOf, ownIds, sizeOf, tokenGroupsOf } from "./token-groups.ts";
import { TokenRows } from "./token-row.tsx";
import "./tokens.css";

const LOOK_MS = 10_000;
const LISTING: Listing<"GET /api/v1/tokens", TokenView> = {
  route: "GET /api/v1/tokens",
  pageOf: ({ tokens, next }) => ({ items: tokens, next }),
  // Tokens of the same millisecond come from the API with the lesser id first; a later place is greater.
  placeOf: ({ createdAt, id }) =>
    `${createdAt} ${id.replace(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16))}`,
};
const NONE: readonly TokenView[] = [];
const MOST = { query: { limit: 200 } };

const Tokens = () => {
  const { who } = useSession();
  const { wallMs } = useNow(LOOK_MS);
  const [all, setAll] = useState(false);
  const pages = usePages(LISTING, { of: "tokens", wishes: [MOST] }, { everyMs: LOOK_MS });
  const tokens = pages.items ?? NONE;
  const own = useMemo(() => ownIds(tokens, who), [tokens, who]);
  const groups = useMemo(() => tokenGroupsOf(tokens), [tokens]);
  const good = goodOf(groups, wallMs);
  const meant = all ? groups : good;
  const shown = { wallMs, own };
  return (
    <>
      <section className="card" aria-labelledby="new-token">
        <h2 id="new-token">New token</h2>
        <NewToken />
      </section>
      <section className="card token-list" aria-labelledby="token-list">
        <h2 id="token-list">Tokens, sessions and credentials</h2>
        <QueryState of={pages.of}>
          {() => (
            <>
              <label className="check">
                <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
                Show expired and revoked ones ({sizeOf(groups) - sizeOf(good)})
              </label>
              {meant.length === 0 ? (
                <p>No token beside the server's own.</p>
              ) : (
                <table className="tokens stacks live-data" aria-label="Tokens, newest first">
                  <thead>
                    <tr>
                      <th>Token</th>
                      <th>Role</th>
                      <th>State</th>
                      <th>Created</th>
                      <th>Expires</th>
                      <th>Last used</th>
                      <th>
                        <span className="visually-hidden">Revoke</span>
                      </th>
                    </tr>
                  </thead>
                  {meant.map((group) => (
                    <TokenRows key={group.id} {...{ group, shown }} />
                  ))}
                </table>
              )}
              <More of={pages} what="tokens" />
            </>
          )}
        </QueryState>
      </section>
    </>
  );
};

/** Notice for users without access: no error, since tokens are closed to other roles than admin. */
const Closed = () => {
  const { who } = useSession();
  return (
    <div className="card empty">
      <h2>Tokens are for administrators</h2>
      <p>
        They say who may come in, and what each may do. You are signed in as <strong>{who.name}</strong>, {who.role}:
        ask an administrator, or sign in with a token of the role admin. Your own session is in the{" "}
        <a href={pageHref("settings")}>settings</a>.
      </p>
    </div>
  );
};

export const TokensPage = () => {
  const closed = useRefusal("admin") !== null;
  useTitle("Tokens");
  return (
    <>
      <div className="head">
        <h1>Tokens</h1>
        <LastKnown />
      </div>
      {closed ? <Closed /> : <Tokens />}
    </>
  );
};
