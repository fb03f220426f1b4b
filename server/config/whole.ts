/** What is wrong with a configuration although each setting alone is right. */
import { isAnyAddress, refusalToListen, splitListen } from "../security/listening.ts";
import type { Configured } from "./form.ts";

const missingHalf = (tls: Configured["tls"]): string[] => {
  if (tls === undefined) return [];
  if (tls.cert === undefined) return ["tls.cert: missing; it goes with tls.key and tls.clientCa"];
  return tls.key === undefined ? ["tls.key: missing; it goes with tls.cert"] : [];
};
const twice = <T extends { readonly name: string }>(named: readonly T[], what: string): string[] => {
  const names = named.map(({ name }) => name);
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${what}: ${name} is defined twice`);
};

export const problemsOfWhole = (configured: Configured): string[] => {
  const { listen = "", tls, insecure = false, databaseUrl, publicUrl, webhooks = [] } = configured;
  const { host } = splitListen(listen);
  const refusal = refusalToListen(host, { tls: tls?.cert !== undefined, insecure });
  const problems = [...missingHalf(tls), ...twice(webhooks, "webhooks")];
  if (refusal !== null) problems.push(`listen: ${refusal}`);
  if (databaseUrl !== undefined && publicUrl === undefined && isAnyAddress(host))
    problems.push(
      `publicUrl: missing; servers that share a database send agents to each other, and ${host} is no address to send them to`,
    );
  if (configured.token !== undefined && configured.tokenFile !== undefined)
    problems.push("token, tokenFile: give one of them");
  return problems;
};
