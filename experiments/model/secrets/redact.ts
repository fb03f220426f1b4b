/**
 * Redacts secrets from texts, by value: raw, and as URLs, forms, JSON and HTML encode them, also nested. Cutting comes
 * after redaction, since half a secret would not be found.
 */

/** Replacement for a secret. */
export const REDACTED = "[redacted]";
/** JSON in JSON in a URL. */
const MOST_LAYERS = 3;
/** Most characters for a single character that is encoded three times over. */
const MOST_ENCODED = 16;

/** The value with every secret in every text, keys included, replaced. */
export const redact = <T>(value: T, secrets: readonly string[]): T => {
  const hidden = notEmpty(secrets);
  if (hidden.length === 0) return value;
  const walk = (item: unknown): unknown => {
    if (typeof item === "string") return blotted(item, hidden, item.length);
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== "object" || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, inner]) => [blotted(key, hidden, key.length), walk(inner)]),
    );
  };
  return walk(value) as T;
};

/**
 * The first `most` characters without secrets; secrets that straddle the end are removed as a whole. `…` where the text
 * was cut.
 */
export const redactedHead = (text: string, secrets: readonly string[], most: number): string => {
  const hidden = notEmpty(secrets);
  const longest = Math.max(0, ...hidden.map((secret) => secret.length));
  const head = text.slice(0, most + longest * MOST_ENCODED);
  const clean = blotted(head, hidden, most);
  return text.length <= most && clean.length <= most ? clean : `${clean.slice(0, most)}…`;
};

const notEmpty = (secrets: readonly string[]) => secrets.filter((secret) => secret !== "");

/**
 * `ends`: for each character of the text, the end of the matching range in the source; the range starts where the
 * previous range ends. null: the layer is the source.
 */
interface Layer {
  readonly text: string;
  readonly ends: readonly number[] | null;
}
/** Encoding of text, decoded separately: a backslash has no meaning in HTML, and `&` has none in JSON. */
interface Encoding {
  /** A single escape sequence of a single character. */
  readonly sequence: RegExp;
  decode(sequence: string): string;
}
const PERCENT =
  /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "");
const fromPercent = (sequence: string): string => {
  try {
    return decodeURIComponent(sequence);
  } catch {
    return sequence;
  }
};
const ENCODINGS: readonly Encoding[] = [
  { sequence: PERCENT, decode: fromPercent },
  {
    sequence: new RegExp(`${PERCENT.source}|\\+`, "gi"),
    decode: (sequence) => (sequence === "+" ? " " : fromPercent(sequence)),
  },
  {
    sequence: /\\u[\da-f]{4}|\\x[\da-f]{2}|\\[\s\S]/gi,
    decode: (sequence) =>
      /^\\[ux]../i.test(sequence)
        ? characterOf(Number.parseInt(sequence.slice(2), 16))
        : (CONTROLS[sequence[1]!] ?? sequence.slice(1)),
  },
  {
    sequence: /&#\d{1,7};|&#x[\da-f]{1,6};|&(?:amp|lt|gt|quot|apos);/gi,
    decode: (sequence) => {
      if (/^&#x/i.test(sequence)) return characterOf(Number.parseInt(sequence.slice(3), 16));
      if (sequence.startsWith("&#")) return characterOf(Number.parseInt(sequence.slice(2), 10));
      return ENTITIES[sequence.slice(1, -1).toLowerCase()]!;
    },
  },
];

/** The text, its decodings by each encoding, and the decodings of these. */
const layersOf = (source: string): readonly Layer[] => {
  const known = new Map<string, Layer>([[source, { text: source, ends: null }]]);
  let last: readonly Layer[] = [...known.values()];
  for (let depth = 0; depth < MOST_LAYERS && last.length > 0; depth++) {
    const next = last
      .filter(({ text }) => /[%\\&+]/.test(text))
      .flatMap((layer) => ENCODINGS.map((encoding) => decoded(layer, encoding)))
      .filter(({ text }) => !known.has(text));
    for (const layer of next) known.set(layer.text, layer);
    last = next;
  }
  return [...known.values()];
};
const decoded = ({ text, ends }: Layer, { sequence, decode }: Encoding): Layer => {
  if (text.search(sequence) < 0) return { text, ends };
  const endOf = (index: number) => (ends === null ? index + 1 : ends[index]!);
  const pieces: string[] = [];
  const placed: number[] = [];
  let at = 0;
  const plain = (to: number) => {
    pieces.push(text.slice(at, to));
    for (let i = at; i < to; i++) placed.push(endOf(i));
  };
  for (const { 0: written, index } of text.matchAll(sequence)) {
    plain(index);
    at = index + written.length;
    const character = decode(written);
    pieces.push(character);
    for (let i = 0; i < character.length; i++) placed.push(endOf(at - 1));
  }
  plain(text.length);
  return { text: pieces.join(""), ends: placed };
};

/** The source before index `before`, with every range that holds a secret in any layer replaced. */
const blotted = (source: string, hidden: readonly string[], before: number): string => {
  const ranges = layersOf(source)
    .flatMap(({ text, ends }) =>
      hidden.flatMap((secret) => found(text, secret).map((at) => place(ends, at, secret.length))),
    )
    .sort(([a], [b]) => a - b);
  let clean = "";
  let at = 0;
  for (const [from, to] of ranges) {
    if (from >= before) break;
    // Two overlapping ranges become a single replacement.
    if (from >= at) clean += source.slice(at, from) + REDACTED;
    at = Math.max(at, to);
  }
  return clean + source.slice(at, Math.max(at, before));
};
const place = (ends: Layer["ends"], at: number, length: number): readonly [number, number] => {
  if (ends === null) return [at, at + length];
  return [at === 0 ? 0 : ends[at - 1]!, ends[at + length - 1]!];
};
const found = (text: string, secret: string): number[] => {
  const all: number[] = [];
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) all.push(at);
  return all;
};
