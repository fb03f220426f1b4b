/** A new token, shown this once. */
import { useState } from "react";
import type { Api } from "../../server/contract/index.ts";

export type Created = Api["POST /api/v1/tokens"]["reply"];

export const Secret = ({ created, onDone }: { readonly created: Created; readonly onDone: () => void }) => {
  const [copied, setCopied] = useState<"no" | "yes" | "failed">("no");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(created.token);
      setCopied("yes");
    } catch {
      // Without TLS, beyond this machine, a page may not.
      setCopied("failed");
    }
  };
  return (
    <div className="banner warn secret" role="status">
      <p>
        <strong>
          The token {created.name}, {created.role}.
        </strong>{" "}
        It is shown this once: the server keeps its hash only. Put it where it belongs now; who has it may do what it
        may.
      </p>
      <input
        readOnly
        aria-label={`The secret of ${created.name}`}
        value={created.token}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
      />
      <div className="choices">
        <button
          type="button"
          className="main"
          onClick={() => {
            copy().catch(reportError);
          }}
        >
          Copy
        </button>
        <button type="button" onClick={onDone}>
          I have kept it
        </button>
      </div>
      <p role="status">
        {copied === "yes" && "Copied."}
        {copied === "failed" && "The browser does not let the page copy: select it and copy it yourself."}
      </p>
    </div>
  );
};
