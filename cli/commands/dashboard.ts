/** `squall dashboard`: a link that signs a single browser in. The link carries a single-use ticket, never the token. */

import { json } from "../../experiments/report/escape/json.ts";
import { terminal } from "../../experiments/report/escape/terminal.ts";
import type { Command, Context } from "../context.ts";
import { usage } from "../exit.ts";
import { plainMessage, sayTo } from "../output.ts";
import type { Client } from "../session/client.ts";
import { meshesUp } from "../session/local-servers.ts";
import { openTarget, type ServerOptions, type Target, targetFor, targetOfFlags } from "../session/target.ts";
import { openBrowser } from "../terminal/browser.ts";

export interface DashboardOptions extends ServerOptions {
  /** False: --no-open. */
  readonly open: boolean;
  readonly json?: boolean;
}
interface Link {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}
/**
 * The ticket stands behind `#`: a browser sends that part to no server, and the page removes the part from the history.
 */
const linkInto = async (client: Client): Promise<Link> => {
  const { ticket, expiresAt } = await client.call("POST /api/v1/session/ticket", { body: {} });
  return { url: `${client.url}/#/enter/${encodeURIComponent(ticket)}`, expiresAt };
};

/** Dashboard line of a mesh that has just come up. The mesh is up with or without a link. */
export const offerLink = async (context: Context, client: Client): Promise<void> => {
  const say = (line: string) => context.output.err(plainMessage(line));
  try {
    const { url } = await linkInto(client);
    say(`dashboard: ${url} (good once, for a minute; afterwards: squall dashboard)`);
    openBrowser(context, url);
  } catch (error) {
    say(`dashboard: no link (${(error as Error).message}); try again with squall dashboard`);
  }
};

const listOf = (names: readonly string[]): string => (names.length === 0 ? "none is" : names.join(", "));
/**
 * A mesh that is up on this machine comes before the context in use: the user who started the mesh means that server.
 */
const targetOf = async (context: Context, options: ServerOptions, mesh: string | undefined): Promise<Target> => {
  const flagged = await targetOfFlags(context, options);
  if (flagged !== null && mesh !== undefined)
    throw usage("give either a mesh that is up here, or --server or --context");
  if (flagged !== null) return flagged;
  const up = await meshesUp(context, sayTo(context.output));
  const [first, ...more] = mesh === undefined ? up : up.filter((record) => record.mesh === mesh);
  const names = up.flatMap(({ mesh: name }) => (name === null ? [] : [name]));
  if (more.length > 0) throw usage(`several meshes are up: name one of ${listOf(names)}`);
  if (first !== undefined) return { name: first.url, servers: { urls: [first.url], token: first.token } };
  if (mesh !== undefined) throw usage(`mesh ${mesh} is not up; up: ${listOf(names)}`);
  return targetFor(context, options);
};

export const dashboard: Command<DashboardOptions, [mesh: string | undefined]> = async (context, options, mesh) => {
  const { output } = context;
  const link = await linkInto(openTarget(context, await targetOf(context, options, mesh)));
  if (options.json === true) {
    output.out(json({ schemaVersion: 1, ...link }, 2));
    return 0;
  }
  output.out(terminal(link.url));
  output.err("good once, for a minute");
  if (options.open) openBrowser(context, link.url);
  return 0;
};
