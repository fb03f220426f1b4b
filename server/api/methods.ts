/**
 * Methods of each path (RFC 9110, 9): HEAD wherever there is GET, OPTIONS everywhere, and 405 with `Allow` for the
 * rest.
 */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError } from "../errors.ts";
import type { RouteAccess } from "./access.ts";

interface PathMethods {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
  /** True when a read of the path needs no token. */
  isOpen: boolean;
}
const segmentsOf = (path: string): readonly string[] => path.split("/");
const matches = ({ segments }: PathMethods, path: readonly string[]): boolean =>
  segments.length === path.length &&
  segments.every((segment, i) => (segment.startsWith(":") ? path[i] !== "" : segment === path[i]));

export class Methods {
  readonly #paths = new Map<string, PathMethods>();

  add(url: string, method: string, access: RouteAccess | undefined): void {
    const path = this.#paths.get(url) ?? { segments: segmentsOf(url), methods: new Set(["OPTIONS"]), isOpen: false };
    this.#paths.set(url, path);
    path.methods.add(method);
    path.isOpen ||= method === "GET" && access === "open";
  }
  /**
   * A literal path goes before a path with parameters, as in OpenAPI: an agent may be called `join` like
   * `/agents/join`.
   */
  #at(path: string): readonly PathMethods[] {
    const own = this.#paths.get(path);
    if (own !== undefined) return [own];
    const segments = segmentsOf(path);
    return [...this.#paths.values()].filter((one) => matches(one, segments));
  }
  /** Methods of a path in alphabetical order; null: no such path. */
  allowedAt(path: string): string | null {
    const methods = this.#at(path).flatMap(({ methods }) => [...methods]);
    return methods.length === 0 ? null : [...new Set(methods)].toSorted().join(", ");
  }
  isOpenAt(path: string): boolean {
    return this.#at(path).some(({ isOpen }) => isOpen);
  }
}

/** Methods that ask for a representation (RFC 9110, 9.3.1 and 9.3.2). */
export const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
export const pathOf = ({ url }: FastifyRequest): string => url.split("?", 1)[0]!;
/** True for a trailing slash, which only the path `/` may have. */
export const hasSlashAtEnd = (path: string): boolean => path.length > 1 && path.endsWith("/");
export const noSuchRoute = (request: FastifyRequest, methods: Methods): ApiError => {
  const path = pathOf(request);
  const bare = path.replace(/\/+$/, "");
  const isMeant = bare !== "" && bare !== path && methods.allowedAt(bare) !== null;
  const remedy = isMeant ? `: leave out the slash at its end: ${bare}` : "";
  return new ApiError("no-such-route", `${request.method} ${path} does not exist${remedy}`);
};

/**
 * Notes each route of `app`, and adds HEAD to each GET. Fastify's HEAD routes read a stream to the end, which a stream
 * of events does not have, and fail on a 304.
 */
export const answerMethods = (app: FastifyInstance): Methods => {
  const methods = new Methods();
  app.addHook("onRoute", function (this: FastifyInstance, route) {
    const { url, method, config } = route;
    for (const one of [method].flat()) methods.add(url, one, config?.access);
    if (method !== "GET") return;
    const { websocket: _, ...plain } = route as typeof route & { websocket?: boolean };
    this.route({
      ...plain,
      method: "HEAD",
      onSend: async (_request, reply, payload) => {
        if (payload instanceof Readable) payload.destroy();
        else if (typeof payload === "string") reply.header("content-length", Buffer.byteLength(payload));
        return null;
      },
    });
  });
  return methods;
};
