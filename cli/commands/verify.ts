/** `squall verify`: detects changed journals. Exits with 0 when all are whole, with 1 when any is not. */
import type { RunId } from "../../experiments/model/names.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import { SCHEMA_VERSION } from "../../experiments/report/json.ts";
import type { JournalVerification, JournalVerificationEnd } from "../../server/contract/index.ts";
import type { Command, Context } from "../context.ts";
import { unreachable, usage } from "../exit.ts";
import { sayTo } from "../output.ts";
import type { Client } from "../session/client.ts";
import { clientOf, localServersIn } from "../session/local-servers.ts";
import { linesIn } from "../session/stream.ts";
import { openTarget, type ServerOptions, targetOfFlags } from "../session/target.ts";
import { type FormOptions, formOf, showDocument } from "../terminal/forms.ts";

export interface VerifyOptions extends ServerOptions, FormOptions {}
interface Checked {
  readonly where: string;
  /** null: the problem lies in the place, not in a journal. */
  readonly run: RunId | null;
  readonly records: number;
  readonly problem: string | null;
}
const DAMAGED = 1;

const onServer = async (client: Client, where: string): Promise<Checked[]> => {
  const checked: Checked[] = [];
  for await (const line of linesIn(await client.stream("GET /api/v1/verify"))) {
    const told = JSON.parse(line) as JournalVerification | JournalVerificationEnd;
    if ("end" in told) return checked;
    checked.push({ where, run: told.run, records: told.records, problem: told.problem });
  }
  throw unreachable(`${where} broke off after ${spellCount(checked.length, "journal")}`);
};
/** Loaded only when needed, because this module brings the database along. */
const stored = () => import("../session/backup.ts");
const inBackup = async (context: Context, file: string): Promise<Checked[]> => {
  const { RestoreError, verifyBackup } = await stored();
  try {
    return (await verifyBackup(context, file)).map(({ run, records, problem }) => ({
      where: file,
      run,
      records,
      problem,
    }));
  } catch (error) {
    if (error instanceof RestoreError) return [{ where: file, run: null, records: 0, problem: error.message }];
    throw error;
  }
};
const onMachine = async (context: Context): Promise<Checked[]> => {
  const { clock, output } = context;
  const { verifyFolder } = await stored();
  const unread = (folder: string) => (error: Error) => {
    sayTo(output)(`${folder}: ${error.message}`);
    return [];
  };
  const checked: Checked[] = [];
  for (const { folder, live } of await localServersIn(context, sayTo(output))) {
    const runs =
      live === null
        ? ((await verifyFolder(folder).catch(unread(folder))) ?? []).map(({ run, records, problem }) => ({
            where: folder,
            run,
            records,
            problem,
          }))
        : await onServer(clientOf(live, clock), live.url);
    checked.push(...runs);
  }
  return checked;
};

export const verify: Command<VerifyOptions, [file: string | undefined]> = async (context, options, file) => {
  const { output } = context;
  const target = await targetOfFlags(context, options);
  if (target !== null && file !== undefined) throw usage("name either a backup file or a server");
  const checked =
    target !== null
      ? await onServer(openTarget(context, target), target.name)
      : file !== undefined
        ? await inBackup(context, file)
        : await onMachine(context);
  const broken = checked.filter(({ problem }) => problem !== null);
  await showDocument(output, formOf(options), {
    document: { schemaVersion: SCHEMA_VERSION, runs: checked },
    names: broken.map(({ where, run }) => run ?? where),
    text() {
      const mark = output.outPaint.coloured ? "✗ " : "";
      for (const { where, run, problem } of broken)
        output.out(terminal(`${mark}${run === null ? where : `run ${run}`}: ${problem}`));
    },
  });
  const records = checked.reduce((sum, one) => sum + one.records, 0);
  // A broken place, such as a damaged backup, is no journal.
  const journals = checked.filter(({ run }) => run !== null).length;
  const places = new Set(checked.map(({ where }) => where)).size;
  output.err(
    broken.length > 0
      ? `${spellCount(broken.length, "problem")}${journals > 0 ? ` among ${spellCount(journals, "journal")}` : ": no journal could be checked"}`
      : `${spellCount(checked.length, "journal")} whole, ${spellCount(records, "record")}${places > 1 ? `, in ${places} places` : ""}`,
  );
  return broken.length > 0 ? DAMAGED : 0;
};
