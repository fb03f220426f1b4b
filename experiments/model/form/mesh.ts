/** File form of a mesh, as users write the file. */

import { z } from "zod";
import { address, httpPath } from "../notation/address.ts";
import { edgePlace } from "../notation/edge-place.ts";
import { label, labels } from "../notation/name.ts";
import { duration, size, timeout } from "../units/schemas.ts";
import { apiVersion, metadata } from "./metadata.ts";

const endpoint = z
  .union(
    [
      address,
      z.strictObject({
        address: address.describe("host:port."),
        labels: labels.prefault({}).describe("Its own labels, over those of the service."),
      }),
    ],
    { error: 'expected host:port, such as "127.0.0.1:7104", or { address, labels }' },
  )
  .meta({ title: "host:port, or { address, labels }", examples: ["127.0.0.1:7104"] });

const ready = z
  .union(
    [
      z.strictObject({ http: httpPath.describe("Ready once its first endpoint answers 2xx here.") }),
      z.strictObject({ tcp: z.literal(true).describe("Ready once its first endpoint accepts connections.") }),
    ],
    { error: "expected { http: PATH } or { tcp: true }" },
  )
  .meta({ title: "{ http: PATH } or { tcp: true }", examples: [{ http: "/healthz" }] });

const service = z
  .strictObject({
    labels: labels.prefault({}).describe("Words that selectors pick by."),
    command: z
      .array(z.string().min(1))
      .min(1)
      .exactOptional()
      .describe("Program and arguments, without a shell; started by `up` and embedded runs, never by a server."),
    env: z.record(z.string().min(1), z.string()).prefault({}).describe("Environment of the command."),
    endpoints: z.array(endpoint).prefault([]).describe("Where it answers."),
    ready: ready.prefault({ tcp: true }).describe("How it says that it is ready."),
    start: duration.prefault("15s").describe("How long it may take to get ready."),
    protected: z.boolean().prefault(false).describe("No fault may touch its edges."),
  })
  .describe("A named thing that answers.");

const LATER = ["http2", "grpc", "auto"];
const protocol = z
  .enum(["http", "tcp"], {
    error: ({ input }) =>
      LATER.includes(String(input)) ? `protocol ${input} is not supported yet: use http or tcp` : undefined,
  })
  .prefault("http")
  .describe("What is spoken: http sees requests, tcp bytes.");

const timeouts = z
  .strictObject({
    connect: timeout.prefault("10s").describe("How long the dial of an endpoint may take."),
    head: timeout.prefault(0).describe("How long a request head may take, first byte to last (http)."),
    idle: timeout.prefault(0).describe("How long a connection may rest: http without a request, tcp without a byte."),
    stall: timeout.prefault(0).describe("How long no byte may move in an exchange that no fault holds (http)."),
    tunnel: timeout.prefault(0).describe("How long no byte may move in a tunnel, such as WebSocket (http)."),
    halfClosed: timeout
      .prefault("60s")
      .describe("How long no byte may move after a caller ended its side and waits for an answer (http)."),
    linger: timeout
      .prefault("2s")
      .describe("How long a caller may take for the last bytes of a connection that the agent ends (http)."),
  })
  .describe("After which times the agent ends what does not move; 0: never.");

const edge = z
  .strictObject({
    from: label.describe("The caller."),
    to: label.describe("The callee."),
    at: edgePlace
      .exactOptional()
      .describe("Beside which of the two an agent carries the calls: caller (default), or callee by the redirect."),
    listen: address
      .exactOptional()
      .describe(
        "Where the caller's agent listens; the caller must be configured to call here. Leave it out where the kernel redirects the calls (`squall agent --intercept`).",
      ),
    protocol,
    balance: z
      .enum(["turn", "client"])
      .exactOptional()
      .describe(
        "Endpoint of a new connection: each in turn (default on http), or the same for all of a client (default on tcp).",
      ),
    timeouts: timeouts.prefault({}),
    headSize: size.prefault("64KiB").describe("Longest head of a request or an answer (http)."),
  })
  .describe("Caller and callee: the place where a fault can be injected.");

export const meshFile = z
  .strictObject({
    apiVersion,
    kind: z.literal("Mesh").describe("What the document is."),
    metadata,
    spec: z
      .strictObject({
        directory: z.string().min(1).exactOptional().describe("Where commands run, relative to this file."),
        services: z.record(label, service).describe("The services by name."),
        edges: z.array(edge).prefault([]).describe("The edges."),
      })
      .describe("The mesh."),
  })
  .describe("The services of an application and the edges between them.");
export type MeshFile = z.output<typeof meshFile>;
