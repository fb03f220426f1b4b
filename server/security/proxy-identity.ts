/**
 * Proxy identity: a proxy in front has signed the person in (oauth2-proxy, Authelia, an ingress) and names the person
 * in a header. The header is believed only from the networks of `trustedProxies`, by the address that really dialled.
 */
import type { IncomingMessage } from "node:http";
import { AddressList } from "./networks.ts";
import { type Credential, LOCAL, type Role, UNBOUND } from "./roles.ts";

export interface AuthHeaders {
  /** Lower-case: the header that names the person. */
  readonly header: string;
  /** Lower-case: the header with the person's groups, separated by commas; null: no such header. */
  readonly groupsHeader: string | null;
  /** Role of each group; the group `*` stands for every person whom the proxy names. */
  readonly roles: readonly { readonly role: PersonRole; readonly group: string }[];
}
export type PersonRole = Extract<Role, "viewer" | "operator" | "admin">;
export const PERSON_ROLES = ["viewer", "operator", "admin"] as const satisfies readonly PersonRole[];
/** Group of every person whom the proxy names, in groups or not. */
export const EVERYBODY = "*";

const LONGEST_NAME = 200;
const PRINTABLE = /^[\x20-\x7e\xa0-\xff]+$/;

/** The only value of a header; null: no value, or several, of which the client may have sent one. */
const onlyValue = ({ rawHeaders }: IncomingMessage, name: string): string | null => {
  const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name);
  return values.length === 1 ? values[0]!.trim() : null;
};

/** Prefix of a person's name, in the place of a token's id, which is hexadecimal. */
const SUBJECT = "proxy:";
export const isOfProxy = ({ principal: { token } }: Credential): boolean => token?.startsWith(SUBJECT) ?? false;

export class ProxyIdentity {
  readonly #headers: AuthHeaders;
  readonly #trusted: AddressList;

  constructor(headers: AuthHeaders, trustedProxies: readonly string[]) {
    this.#headers = headers;
    this.#trusted = new AddressList(trustedProxies);
  }
  /** null: no trusted proxy names a person here, or the named person is in no group that has a role. */
  credentialOf(request: IncomingMessage): Credential | null {
    const { remoteAddress } = request.socket;
    if (remoteAddress === undefined || !this.#trusted.has(remoteAddress)) return null;
    const name = onlyValue(request, this.#headers.header);
    // The name of the server's own token would make another person's actions look like the token owner's.
    if (name === null || name.length > LONGEST_NAME || !PRINTABLE.test(name) || name === LOCAL.name) return null;
    const role = this.#roleOf(request);
    if (role === null) return null;
    return { principal: { name, role, token: `${SUBJECT}${name}` }, binding: UNBOUND, expiresMs: null, parent: null };
  }
  /** Highest role of the person's groups. */
  #roleOf(request: IncomingMessage): PersonRole | null {
    const { groupsHeader, roles } = this.#headers;
    const told = groupsHeader === null ? null : onlyValue(request, groupsHeader);
    const groups = new Set([EVERYBODY, ...(told ?? "").split(",").map((group) => group.trim())]);
    // A group called `*` in the header adds no rights: every person already counts as a member.
    return PERSON_ROLES.findLast((role) => roles.some((one) => one.role === role && groups.has(one.group))) ?? null;
  }
}
