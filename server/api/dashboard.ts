/**
 * The dashboard's built files. The files hold no data, so no token is needed; the page asks the API for data, with a
 * token.
 */
import { existsSync } from "node:fs";
import files from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { packagePath } from "../package-paths.ts";

const BUILT = packagePath("dist", "web");

/** Content-Security-Policy: only the server's own files, no inline code, no other hosts, no framing. */
const POLICY = [
  "default-src 'none'",
  ...["script-src", "style-src", "connect-src"].map((source) => `${source} 'self'`),
  "img-src 'self' data:",
  ...["base-uri", "frame-ancestors", "form-action"].map((source) => `${source} 'none'`),
].join("; ");
const HEADERS = {
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
const OPEN = { config: { access: "open" } } as const;

/** Serves the page at `/`, and the page's files below `/assets/`. */
export const serveDashboard = async (app: FastifyInstance, folder: string = BUILT): Promise<void> => {
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits its plugins.
  await app.register(async (site) => {
    site.addHook("onSend", (_request, reply, _payload, done) => {
      reply.headers(HEADERS);
      done();
    });
    if (!existsSync(`${folder}/index.html`)) {
      site.get("/", OPEN, (_request, reply) =>
        reply.code(404).type("text/plain").send("The dashboard is not built; run `npm run build`.\n"),
      );
      return;
    }
    await site.register(files, { root: folder, serve: false });
    site.get("/", OPEN, (_request, reply) => reply.sendFile("index.html"));
    site.get<{ Params: { name: string } }>("/assets/:name", OPEN, ({ params }, reply) =>
      reply.sendFile(params.name, `${folder}/assets`),
    );
  });
};
