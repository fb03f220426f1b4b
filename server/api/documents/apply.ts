import { diffDocuments } from "../../../experiments/model/document/diff.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { Kind } from "../../contract/index.ts";
import { getDocument, putDocument } from "../../store/documents.ts";
import type { Context, Handler } from "../context.ts";
import { etagOf } from "../etag.ts";
import { addressedName } from "./address.ts";
import { checkDocument, refuse } from "./check.ts";
import { parsePreconditions } from "./preconditions.ts";
import { viewOf } from "./view.ts";

/** Checks the resulting mesh as a whole: a document that is right alone may not fit the other documents. */
export const checkMeshFits = ({ controlPlane }: Context, name: string, mesh: Mesh | null): void => {
  const proposal = controlPlane().meshes.propose(name, mesh);
  if ("problems" in proposal) throw refuse("Mesh", name, proposal.problems);
};
/**
 * Stores a document in the order that the document's kind needs, so that the stored document is the document in force.
 */
export const putInForce = async (
  { controlPlane }: Context,
  {
    kind,
    name,
    mesh,
    by,
  }: { readonly kind: Kind; readonly name: string; readonly mesh: Mesh | null; readonly by: string },
  store: () => Promise<void>,
): Promise<void> => {
  if (kind === "Mesh") {
    const proposal = await controlPlane().meshes.apply(name, mesh, by, store);
    if ("problems" in proposal) throw refuse(kind, name, proposal.problems);
    return;
  }
  await store();
  if (kind !== "Policy") await controlPlane().scheduler.changed();
};

const outcomeOf = (isNew: boolean, changed: boolean) => (isNew ? "created" : changed ? "changed" : "unchanged");

export const applyDocument: Handler<"PUT /api/v1/documents/:kind/:name"> = async (context, asked) => {
  const { params, query, body, principal, request, reply, note } = asked;
  const { kind } = params;
  const name = addressedName(asked);
  const { db } = context.store;
  const mesh = checkDocument(context, { kind, name }, body);
  const before = await getDocument(db, kind, name);
  const expected = parsePreconditions(request, before, { kind, name });
  const changes = diffDocuments(before?.content ?? {}, body);
  if (query.dryRun) {
    if (mesh !== null) checkMeshFits(context, name, mesh);
    note("dry run");
    return { outcome: outcomeOf(before === null, changes.length > 0), document: before && viewOf(before), changes };
  }
  let put: Awaited<ReturnType<typeof putDocument>> | null = null;
  await putInForce(context, { kind, name, mesh, by: principal.name }, async () => {
    const atMs = context.clock.wallMs();
    put = await putDocument(db, { kind, name, content: body, by: principal.name, atMs, ...expected });
  });
  const { document, changed, created } = put!;
  note(`version ${document.version}${changed ? "" : ", unchanged"}`);
  // The store decides: another writer may have created the document since `before` was read.
  reply.code(created ? 201 : 200).header("etag", etagOf(document.digest));
  return { outcome: outcomeOf(created, changed), document: viewOf(document), changes };
};
