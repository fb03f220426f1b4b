/** Consistency checks: problems of a configuration whose settings are each valid alone. */

import { isAnyAddress, splitListen, whyListenDenied } from "../security/listen-address.ts";
import { EVERYBODY } from "../security/proxy-identity.ts";
import type { ConfigValues } from "./form.ts";

const missingHalf = (tls: ConfigValues["tls"]): string[] => {
  if (tls === undefined) return [];
  if (tls.cert === undefined) return ["tls.cert: missing; it goes with tls.key and tls.clientCa"];
  return tls.key === undefined ? ["tls.key: missing; it goes with tls.cert"] : [];
};
const twice = <T extends { readonly name: string }>(named: readonly T[], what: string): string[] => {
  const names = named.map(({ name }) => name);
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${what}: ${name} is defined twice`);
};

const wrongInAuth = ({ auth, trustedProxies = [] }: ConfigValues): string[] => {
  if (auth === undefined) return [];
  const { header, groupsHeader, roles = [] } = auth;
  if (header === undefined) return ["auth.header: missing; auth.groupsHeader and auth.roles go with it"];
  const problems: string[] = [];
  if (trustedProxies.length === 0)
    problems.push(`auth.header: only proxies of trustedProxies are believed in ${header}, and none is named there`);
  const all = trustedProxies.filter((network) => network.endsWith("/0"));
  if (all.length > 0)
    problems.push(
      `auth.header: ${all.join(", ")} in trustedProxies lets every client call itself anybody in ${header}`,
    );
  const grouped = roles.filter((role) => !role.endsWith(`=${EVERYBODY}`));
  if (groupsHeader === undefined && grouped.length > 0)
    problems.push(`auth.groupsHeader: missing; it tells who is in the group of ${grouped.join(", ")}`);
  return problems;
};

/**
 * Pages, the command line and agents all request `/api/v1` at the root: for a server below a path those requests would
 * reach another server.
 */
const belowPath = ({ publicUrl }: ConfigValues): string[] => {
  if (publicUrl === undefined) return [];
  const { pathname, search, hash, host } = new URL(publicUrl);
  if (pathname === "/" && search === "" && hash === "") return [];
  const remedy = `give it one of its own, such as https://squall.${host}`;
  return [`publicUrl: ${publicUrl} is below a path, and Squall answers at the root of a host name: ${remedy}`];
};

export const checkConsistency = (configured: ConfigValues): string[] => {
  const { listen = "", tls, insecure = false, databaseUrl, publicUrl, webhooks = [] } = configured;
  const { host } = splitListen(listen);
  const refusal = whyListenDenied(host, { tls: tls?.cert !== undefined, insecure });
  const problems = [
    ...missingHalf(tls),
    ...wrongInAuth(configured),
    ...belowPath(configured),
    ...twice(webhooks, "webhooks"),
  ];
  if (refusal !== null) problems.push(`listen: ${refusal}`);
  if (databaseUrl !== undefined && publicUrl === undefined && isAnyAddress(host))
    problems.push(
      `publicUrl: missing; servers that share a database send agents to each other, and ${host} is no address to send them to`,
    );
  if (configured.token !== undefined && configured.tokenFile !== undefined)
    problems.push("token, tokenFile: give one of them");
  return problems;
};
