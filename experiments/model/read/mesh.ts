/** Reads a Mesh file, or data, into the model. */

import { MOST_OF_MESH } from "../form/limits.ts";
import { type MeshFile, meshFile } from "../form/mesh.ts";
import { meshIssues } from "../form/mesh-rules.ts";
import { ownLimits } from "../mesh/edge-limits.ts";
import { ANY_PORT, type Edge, type Mesh, type Service } from "../mesh/mesh.ts";
import { edgeId, type ServiceName } from "../names.ts";
import { nameInMetadata } from "../notation/document-name.ts";
import { reader } from "./reader.ts";

const toService = (name: ServiceName, form: MeshFile["spec"]["services"][string]): Service => ({
  name,
  labels: form.labels,
  command: form.command ?? null,
  env: form.env,
  endpoints: form.endpoints.map((endpoint) =>
    typeof endpoint === "string"
      ? { address: endpoint, labels: form.labels }
      : { address: endpoint.address, labels: { ...form.labels, ...endpoint.labels } },
  ),
  ready: form.ready,
  startMs: form.start,
  protected: form.protected,
});
const toEdge = ({
  from,
  to,
  at,
  listen = ANY_PORT,
  protocol,
  balance,
  timeouts,
  headSize,
}: MeshFile["spec"]["edges"][number]): Edge => {
  const { connect, head, idle, stall, tunnel, halfClosed, linger } = timeouts;
  const times = { connectMs: connect, headMs: head, idleMs: idle, stallMs: stall, tunnelMs: tunnel };
  const own = ownLimits({ ...times, halfClosedMs: halfClosed, lingerMs: linger, headBytes: headSize });
  return {
    ...{ id: edgeId(from, to, at), from, to, listen, protocol },
    ...(at === "callee" && { at }),
    ...(balance !== undefined && { balance }),
    ...(own !== null && { limits: own }),
  };
};
const toMesh = ({ metadata, spec }: MeshFile): Mesh => ({
  name: nameInMetadata(metadata),
  directory: spec.directory ?? null,
  services: Object.entries(spec.services).map(([name, form]) => toService(name, form)),
  edges: spec.edges.map(toEdge),
});

export const {
  read: readMesh,
  parse: parseMesh,
  validate: validateMesh,
} = reader({ noun: "mesh", form: meshFile, rules: meshIssues, toModel: toMesh, limit: MOST_OF_MESH });
