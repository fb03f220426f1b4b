/** Experiment file of the run, unchanged since the start. */
import { memo, Suspense, useState } from "react";
import type { RunCreated } from "../../experiments/model/journal/journal.ts";
import { chunk } from "../chunk.ts";

const FileText = chunk(async () => (await import("./file-text.tsx")).FileText);

export const File = memo(({ created }: { readonly created: RunCreated }) => {
  const [open, setOpen] = useState(false);
  return (
    <section className="card">
      <h2>The file as run</h2>
      <p className="small">
        Variables filled in, secrets redacted; run with seed {created.plan.seed}
        {created.file === null ? "" : ` from ${created.file}`}.
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Show it as YAML</summary>
        {open && (
          <Suspense fallback={<p className="small">Loading…</p>}>
            <FileText source={created.source} />
          </Suspense>
        )}
      </details>
    </section>
  );
});
