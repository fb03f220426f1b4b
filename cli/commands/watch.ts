/** `squall watch`: shows a run live, as `squall run` does, to users other than the starter. */
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import { textReport } from "../../experiments/report/text.ts";
import type { Command } from "../context.ts";
import { openProgress } from "../live/progress.ts";
import { layoutOf } from "../output.ts";
import { lookUp } from "../session/lookup.ts";
import type { ServerOptions } from "../session/target.ts";

export const watch: Command<ServerOptions, [run: string]> = async (context, options, wanted) => {
  const { output, clock } = context;
  const found = await lookUp(context, options, wanted);
  if (found.client !== null) {
    const progress = openProgress(output, clock, { which: null, mesh: null, quiet: false });
    try {
      for await (const record of found.client.records(found.id, { looksOn: true })) progress.record(record);
    } finally {
      progress.end();
    }
  }
  const { report } = await found.record();
  output.out(textReport(report, layoutOf(output, "out")));
  return report.verdict === null ? 0 : EXIT[report.verdict];
};
