import type { DocumentView, Kind } from "../../contract/index.ts";
import { ApiError } from "../../errors.ts";
import type { DocumentRecord } from "../../store/documents.ts";
import { iso } from "../times.ts";

export const viewOf = ({
  kind,
  name,
  version,
  digest,
  appliedBy,
  appliedMs,
  deleted,
}: DocumentRecord): DocumentView => ({
  ...{ kind: kind as Kind, name, version, digest, appliedBy, appliedAt: iso(appliedMs), deleted },
});
export const noDocument = (kind: Kind, name: string): ApiError =>
  new ApiError("no-such-document", `no ${kind} ${JSON.stringify(name)} was applied to this server`);
