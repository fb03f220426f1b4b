/**
 * OCI archive of packed layers (image-spec 1.1: `oci-layout`, `index.json`, blobs by digest), with the `manifest.json`
 * for a `docker load` without OCI support. The same layers give the same bytes.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Entry, writeTar } from "./tar.ts";

export interface Layer {
  /** Comment displayed by `docker history`. */
  readonly comment: string;
  readonly entries: readonly Entry[];
}
interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}
/** Name and configuration of an image. */
export interface ImageSettings {
  /** With the registry, or alone for an image that an engine loads. */
  readonly name: string;
  readonly version: string;
  /** Defaults of the containers, as the image specification names them: `Cmd`, `Env`, `User`. */
  readonly config: object;
}
export interface Packed {
  /** Digest of the image's manifest: `sha256:…`, the image's name at registries and engines. */
  readonly digest: string;
  /** Bytes of all blobs, as stored and sent by a registry. */
  readonly bytes: number;
  readonly layers: readonly { readonly comment: string; readonly bytes: number }[];
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const OCI = "application/vnd.oci.image";
const asJson = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Compresses with GNU gzip, where the output depends on the version of gzip alone: Node's zlib chooses by the CPU. */
const gzip = (from: string, to: string, level: number): void => {
  const [input, output] = [openSync(from, "r"), openSync(to, "w")];
  try {
    const { status, error } = spawnSync("gzip", [`-${level}`, "--no-name", "--stdout"], {
      stdio: [input, output, "inherit"],
    });
    if (status !== 0) throw new Error(`gzip ended with ${status}: ${error?.message ?? "see above"}`);
  } finally {
    closeSync(input);
    closeSync(output);
  }
};

/**
 * Writes the archive to `file`. `epoch`: seconds since 1970, of every file and of the image. `level`: of the compression,
 * 1 (fast) to 9 (small).
 */
export const packImage = (
  file: string,
  image: ImageSettings,
  layers: readonly Layer[],
  { architecture, epoch, level }: { readonly architecture: string; readonly epoch: number; readonly level: number },
): Packed => {
  const folder = mkdtempSync(join(tmpdir(), "squall-image-"));
  const created = new Date(epoch * 1_000).toISOString();
  const blobs: Entry[] = [];
  const keep = (from: { readonly file: string } | { readonly bytes: Buffer }, mediaType: string): Blob => {
    const bytes = "file" in from ? readFileSync(from.file) : from.bytes;
    const hex = sha256(bytes);
    blobs.push({ path: `/blobs/sha256/${hex}`, mode: 0o644, from });
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  try {
    const packed = layers.map(({ comment, entries }, i) => {
      const tar = join(folder, `${i}.tar`);
      const diff = writeTar(tar, entries, epoch);
      gzip(tar, `${tar}.gz`, level);
      rmSync(tar);
      return { comment, diff: `sha256:${diff}`, blob: keep({ file: `${tar}.gz` }, `${OCI}.layer.v1.tar+gzip`) };
    });
    const config = keep(
      {
        bytes: asJson({
          ...{ created, architecture, os: "linux", config: image.config },
          rootfs: { type: "layers", diff_ids: packed.map(({ diff }) => diff) },
          history: packed.map(({ comment }) => ({ created, created_by: "npm run image", comment })),
        }),
      },
      `${OCI}.config.v1+json`,
    );
    const manifestType = `${OCI}.manifest.v1+json`;
    const manifest = keep(
      { bytes: asJson({ schemaVersion: 2, mediaType: manifestType, config, layers: packed.map(({ blob }) => blob) }) },
      manifestType,
    );
    const tag = `${image.name}:${image.version}`;
    const annotations = {
      "io.containerd.image.name": image.name.includes("/") ? tag : `docker.io/library/${tag}`,
      "org.opencontainers.image.ref.name": image.version,
    };
    const pathOf = ({ digest }: Blob) => `blobs/sha256/${digest.slice("sha256:".length)}`;
    const top: readonly (readonly [string, unknown])[] = [
      ["/oci-layout", { imageLayoutVersion: "1.0.0" }],
      [
        "/index.json",
        {
          ...{ schemaVersion: 2, mediaType: `${OCI}.index.v1+json` },
          manifests: [{ ...manifest, annotations, platform: { architecture, os: "linux" } }],
        },
      ],
      ["/manifest.json", [{ Config: pathOf(config), RepoTags: [tag], Layers: packed.map(({ blob }) => pathOf(blob)) }]],
    ];
    writeTar(
      file,
      [...blobs, ...top.map(([path, value]): Entry => ({ path, mode: 0o644, from: { bytes: asJson(value) } }))],
      epoch,
    );
    return {
      digest: manifest.digest,
      bytes: [config, manifest, ...packed.map(({ blob }) => blob)].reduce((sum, { size }) => sum + size, 0),
      layers: packed.map(({ comment, blob }) => ({ comment, bytes: blob.size })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
