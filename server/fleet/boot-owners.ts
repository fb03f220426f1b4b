/**
 * Boot owners: the credential to which each boot belongs. A boot names an agent process, whose attestations decide if a
 * run's faults are gone: only the credential that brought the boot may speak for the boot, now or after a restart. The
 * store keeps these records; this file decides, `agent-registry.ts` asks.
 */
import type { AgentBoot, Instance, ServiceName } from "../../experiments/model/names.ts";
import { type Binding, type Credential, OWN_TOKEN, UNBOUND } from "../security/roles.ts";
import type { RecordedBoot } from "../store/boots.ts";

/** Credential of a connection, with the binding. */
export interface CredentialHolder extends Binding {
  /** Id of the credential's token. */
  readonly credential: string;
  /** Expiry, Unix ms; null: the credential does not expire. */
  readonly expiresMs: number | null;
}
/** Holder of the server's own token: the agent of an embedded run. */
export const SERVER_HOLDER: CredentialHolder = { ...UNBOUND, credential: OWN_TOKEN, expiresMs: null };
export const holderOf = ({ principal, binding, expiresMs }: Credential): CredentialHolder => ({
  ...binding,
  credential: principal.token ?? OWN_TOKEN,
  expiresMs,
});

/** Owner of a boot, as recorded. */
export interface BootOwner {
  readonly boot: AgentBoot;
  readonly instance: Instance;
  readonly service: ServiceName | null;
  readonly credential: string;
  /** Expiry of the credential, Unix ms; null: no expiry. 0: the credential was revoked, or no longer exists. */
  readonly expiresMs: number | null;
}
/** Owner of a boot on record. The server's own token has no row among the tokens, and does not expire. */
export const recordedOwner = ({ boot, instance, service, credential, token }: RecordedBoot): BootOwner => {
  const isVoid = token === null ? credential !== OWN_TOKEN : token.isRevoked;
  return { boot, instance, service, credential, expiresMs: isVoid ? 0 : (token?.expiresMs ?? null) };
};

/**
 * Most boots that a credential may have at once, connected or remembered. An instance restarts now and then and hands
 * over to a successor; a token for a whole service, or the server's own, is used by many agents.
 */
export const maxBoots = ({ credential, instance }: CredentialHolder): number => {
  if (instance !== null) return 16;
  return credential === OWN_TOKEN ? 20_000 : 1_000;
};

export class BootOwners {
  readonly #byBoot = new Map<AgentBoot, BootOwner>();
  readonly #byCredential = new Map<string, Set<AgentBoot>>();
  readonly #revoked = new Set<string>();

  constructor(known: readonly BootOwner[]) {
    for (const hold of known) this.set(hold);
  }
  get(boot: AgentBoot): BootOwner | undefined {
    return this.#byBoot.get(boot);
  }
  /** Boots, the oldest first. */
  bootsOf(credential: string): readonly AgentBoot[] {
    return [...(this.#byCredential.get(credential) ?? [])];
  }
  count(credential: string): number {
    return this.#byCredential.get(credential)?.size ?? 0;
  }
  bootsOfInstance(instance: Instance): readonly AgentBoot[] {
    return [...this.#byBoot.values()].filter((hold) => hold.instance === instance).map(({ boot }) => boot);
  }
  boots(): IterableIterator<AgentBoot> {
    return this.#byBoot.keys();
  }
  set(hold: BootOwner): void {
    const { boot, credential } = hold;
    if (this.#byBoot.get(boot)?.credential !== credential) this.delete(boot);
    this.#byBoot.set(boot, hold);
    const beside = this.#byCredential.get(credential);
    if (beside === undefined) this.#byCredential.set(credential, new Set([boot]));
    else beside.add(boot);
  }
  delete(boot: AgentBoot): void {
    const hold = this.#byBoot.get(boot);
    if (hold === undefined) return;
    this.#byBoot.delete(boot);
    const beside = this.#byCredential.get(hold.credential)!;
    beside.delete(boot);
    if (beside.size > 0) return;
    this.#byCredential.delete(hold.credential);
    this.#revoked.delete(hold.credential);
  }
  /** Revokes a credential: another credential of the same service and instance may then take over the boots. */
  revoke(credential: string): void {
    if (this.#byCredential.has(credential)) this.#revoked.add(credential);
  }
  /** True if the credential of a hold can still be used. */
  isValid({ credential, expiresMs }: Pick<BootOwner, "credential" | "expiresMs">, wallMs: number): boolean {
    return !this.#revoked.has(credential) && (expiresMs === null || expiresMs > wallMs);
  }
  /** True if this credential may speak for the hold: the same credential, or the rightful successor. */
  mayClaim(hold: BootOwner, who: Pick<BootOwner, "credential" | "instance" | "service">, wallMs: number): boolean {
    if (hold.instance !== who.instance || hold.service !== who.service) return false;
    return hold.credential === who.credential || !this.isValid(hold, wallMs);
  }
}
