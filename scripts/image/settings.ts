/**
 * Settings of the image: `npm run image` writes the settings into the image's configuration, and a test compares the
 * Dockerfile.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const CHECKOUT = resolve(import.meta.dirname, "../..");

/** Inputs from elsewhere, each pinned to a single digest. `npm run image -- --pin` renews the pins. */
export interface Pins {
  /** Major version of `scripts/nodes.mjs`; digests of the program by the architecture. */
  readonly node: { readonly major: number; readonly sha256: Readonly<Record<string, string>> };
  /** Debian's release, and the packages taken from that release. */
  readonly debian: {
    readonly release: string;
    readonly packages: Readonly<Record<string, { readonly version: string; readonly sha256: Record<string, string> }>>;
  };
}
export const PINS_FILE = join(CHECKOUT, "scripts/image/pins.json");
export const readPins = (): Pins => JSON.parse(readFileSync(PINS_FILE, "utf8")) as Pins;

/** Node's word for an architecture → that of OCI and Debian. */
export const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

const VERSION = (JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as { version: string }).version;
/** User id without a name on the host; the same number as distroless's `nonroot`. */
const UID = 65_532;
export const IMAGE = {
  name: "squall",
  version: VERSION,
  uid: UID,
  app: "/opt/squall",
  /** Folders that the user may write; all other files are root's. */
  writable: ["/home/squall", "/var/lib/squall", "/work"],
  config: {
    User: `${UID}:${UID}`,
    ExposedPorts: { "4780/tcp": {} },
    Env: ["PATH=/usr/local/bin", "HOME=/home/squall", "SQUALL_HOME=/var/lib/squall"],
    Entrypoint: ["squall"],
    Cmd: ["--help"],
    Volumes: { "/var/lib/squall": {} },
    WorkingDir: "/work",
    Labels: {
      "org.opencontainers.image.title": "squall",
      "org.opencontainers.image.version": VERSION,
      "org.opencontainers.image.licenses": "Apache-2.0",
    },
  },
} as const;
