/** Users and clients with access. */
import { useMemo, useState } from "react";
import type { TokenView } from "../../server/contract/index.ts";
import { type Listing, usePages } from "../api/use-pages.ts";
import { useNow } from "../clock.ts";
import { Asked } from "../look/asked.tsx";
import { More } from "../look/more.tsx";
import { useSession } from "../session.tsx";
import { NewToken } from "../tokens/new-token.tsx";
import { goodOf, ownIds, sizeOf, tokenGroupsOf } from "../tokens/token-groups.ts";
import { TokenRows } from "../tokens/token-row.tsx";

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

export const Tokens = () => {
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
    <section className="card settings" aria-labelledby="tokens">
      <h2 id="tokens">Tokens</h2>
      <NewToken />
      <Asked of={pages.of}>
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
      </Asked>
    </section>
  );
};
