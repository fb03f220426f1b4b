/** Link to the page of tokens; without access to that page, the role that decides. */
import { pageHref } from "../route.ts";
import { useRefusal } from "../session.tsx";

export const TokensLink = () => {
  const refusal = useRefusal("admin");
  return (
    <section className="card settings" aria-labelledby="tokens">
      <h2 id="tokens">Tokens</h2>
      {refusal === null ? (
        <p>
          Access to this server: <a href={pageHref("tokens")}>all tokens</a>.
        </p>
      ) : (
        <p>Administrators decide who has access: {refusal}</p>
      )}
    </section>
  );
};
