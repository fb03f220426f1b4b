/** Sizes in the file's notation, without zod: the prober's thread starts with this file and must start fast. */

export const SIZE = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|KiB|MiB|GiB)$/;
const BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
/** `64KiB`, `1MB`, `10B` → bytes, whole. */
export const parseSize = (text: string): number | null => {
  const [, number, unit] = SIZE.exec(text) ?? [];
  return number === undefined ? null : Math.round(Number(number) * BYTES[unit as keyof typeof BYTES]);
};
export const formatSize = (bytes: number): string => {
  for (const unit of ["GiB", "MiB", "KiB", "GB", "MB", "KB"] as const)
    if (bytes >= BYTES[unit] && bytes % BYTES[unit] === 0) return `${bytes / BYTES[unit]}${unit}`;
  return `${bytes}B`;
};
