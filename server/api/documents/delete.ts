import type { DocumentName } from "../../../experiments/model/names.ts";
import { resolveDocumentName, splitDocumentName } from "../../../experiments/model/notation/document-name.ts";
import type { Kind } from "../../contract/index.ts";
import { ApiError } from "../../errors.ts";
import {
  type DocumentRecord,
  getDocument,
  listDocuments,
  deleteDocument as removeDocument,
} from "../../store/documents.ts";
import type { Context, Handler } from "../context.ts";
import { addressedName } from "./address.ts";
import { checkMeshFits, putInForce } from "./apply.ts";
import { parsePreconditions } from "./preconditions.ts";
import { noDocument, viewOf } from "./view.ts";

const experimentOf = ({ name, content }: DocumentRecord): DocumentName =>
  resolveDocumentName(
    (content as { readonly spec: { readonly experiment: string } }).spec.experiment,
    splitDocumentName(name).namespace,
  );
/**
 * Refuses to delete an experiment in use: a schedule without the experiment would fail in silence, night after night.
 */
const checkUnused = async ({ store }: Context, kind: Kind, name: string): Promise<void> => {
  if (kind !== "Experiment") return;
  const schedules = await listDocuments(store.db, "Schedule");
  const users = schedules.filter((schedule) => experimentOf(schedule) === name);
  if (users.length === 0) return;
  const names = users.map((schedule) => schedule.name).join(", ");
  throw new ApiError("in-use", `experiment ${name} is started by the schedule ${names}: delete that first`);
};

export const deleteDocument: Handler<"DELETE /api/v1/documents/:kind/:name"> = async (context, asked) => {
  const { params, query, principal, request, note } = asked;
  const { kind } = params;
  const name = addressedName(asked);
  const { db } = context.store;
  const before = await getDocument(db, kind, name);
  const expected = parsePreconditions(request, before, { kind, name });
  if (before === null) throw noDocument(kind, name);
  await checkUnused(context, kind, name);
  if (query.dryRun) {
    if (kind === "Mesh") checkMeshFits(context, name, null);
    note("dry run");
    return { document: viewOf(before) };
  }
  await putInForce(context, { kind, name, mesh: null, by: principal.name }, async () => {
    await removeDocument(db, { kind, name, by: principal.name, atMs: context.clock.wallMs(), ...expected });
  });
  note(`version ${before.version}`);
  return { document: viewOf(before) };
};
