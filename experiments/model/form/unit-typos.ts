/**
 * Values that nearly have the form of a unit, and the value that was probably meant: `2 sec` is `2s`, 0.5 of a share is
 * `50%`.
 */

const UNITS_OF_TIME: readonly (readonly [RegExp, string])[] = [
  [/^(?:ms|msecs?|millis|milliseconds?)$/i, "ms"],
  [/^(?:s|secs?|seconds?)$/i, "s"],
  [/^(?:m|mins?|minutes?)$/i, "m"],
  [/^(?:h|hrs?|hours?)$/i, "h"],
];
const COMPOUND = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const shortest = (seconds: number) => (seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);
/**
 * Numbers from other tools: large numbers are milliseconds; smaller numbers are seconds, since users hardly write so
 * few milliseconds.
 */
const LARGE = 100;
/** Fields that are never measured in milliseconds. */
const IN_SECONDS: readonly string[] = ["deadline", "during", "baseline", "warmup", "hold", "start", "for"];
const duration = (given: unknown, key = ""): string | undefined => {
  if (typeof given === "number") {
    const unit = given >= (IN_SECONDS.includes(key) ? 10 * LARGE : LARGE) ? "ms" : "s";
    return given < 0 ? undefined : given === 0 ? "0s" : `${given}${unit}`;
  }
  if (typeof given !== "string") return undefined;
  const text = given
    .trim()
    .replace(/^(?:<=?|under|below)\s*/, "")
    .replace(",", ".");
  if (/^\d+(?:\.\d+)?$/.test(text)) return duration(Number(text), key);
  const [, number, word = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text) ?? [];
  const unit = UNITS_OF_TIME.find(([pattern]) => pattern.test(word))?.[1];
  if (number !== undefined && unit !== undefined) return `${number}${unit}`;
  const [whole, hours = 0, minutes = 0, seconds = 0] = COMPOUND.exec(text) ?? [];
  const total = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  return whole === undefined || total === 0 ? undefined : shortest(total);
};

const share = (given: unknown): string | undefined => {
  const text = String(given)
    .trim()
    .replace(/^(?:>=?|=)\s*/, "")
    .replace(",", ".");
  if (/^\d+(?:\.\d+)? %$/.test(text)) return text.replace(" ", "");
  if (/^\d+(?:\.\d+)?%$/.test(text)) return text === given || Number.parseFloat(text) > 100 ? undefined : text;
  if (!/^\d+(?:\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  const percent = number > 0 && number <= 1 ? Number((number * 100).toPrecision(6)) : number;
  return percent > 0 && percent <= 100 ? `${percent}%` : undefined;
};

const rate = (given: unknown): string | undefined => {
  const [, number, per] =
    /^(\d+(?:\.\d+)?)\s*(?:rps|qps|hz|(?:req(?:uest)?s?)?\s*(?:\/|per)?\s*(s|secs?|seconds?|m|mins?|minutes?)?)$/i.exec(
      String(given).trim(),
    ) ?? [];
  return number === undefined || Number(number) === 0 ? undefined : `${number}/${/^m/i.test(per ?? "") ? "m" : "s"}`;
};

const SIZES: Readonly<Record<string, string>> = {
  b: "B",
  bytes: "B",
  byte: "B",
  k: "KB",
  kb: "KB",
  m: "MB",
  mb: "MB",
  g: "GB",
  gb: "GB",
  ki: "KiB",
  kib: "KiB",
  mi: "MiB",
  mib: "MiB",
  gi: "GiB",
  gib: "GiB",
};
const size = (given: unknown): string | undefined => {
  const [, number, word] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(String(given).trim()) ?? [];
  if (number === undefined) return undefined;
  const unit = word === "" ? "B" : SIZES[word!.toLowerCase()];
  return unit === undefined ? undefined : `${number}${unit}`;
};
const byteRate = (given: unknown): string | undefined => {
  const bytes = size(
    String(given)
      .trim()
      .replace(/\s*(?:\/\s*s(?:ec)?|ps|per second)$/i, ""),
  );
  return bytes === undefined ? undefined : `${bytes}/s`;
};

const status = (given: unknown): string | undefined => {
  const text = String(given).trim();
  if (/^[1-5](?:XX|[xX]{2}|\d[xX])$/.test(text)) return `${text[0]}xx`;
  return /^(?:ok|success)$/i.test(text) ? "2xx" : undefined;
};
const comparison = (given: unknown): string | undefined => {
  const text = String(given).trim();
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return `== ${text}`;
  const [, sign = "", number] = /^(=>|=<|=|≤|≥|<=|>=|<|>|==|!=)\s*(-?\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const known = { "=>": ">=", "=<": "<=", "=": "==", "≤": "<=", "≥": ">=" }[sign] ?? sign;
  return text.endsWith("%") ? `${known} ${Number(number) / 100}` : `${known} ${number}`;
};
const added = (given: unknown): string | undefined => {
  const percent =
    share(typeof given === "string" && /^\+?\d/.test(given) ? given.replace("+", "") : given) ?? String(given);
  return /^\d+(?:\.\d+)?%$/.test(percent) ? `+${percent}` : undefined;
};
const factor = (given: unknown): string | undefined => {
  const text = String(given).trim();
  if (/^\d+(?:\.\d+)?%$/.test(text) && Number.parseFloat(text) >= 100) return `${Number.parseFloat(text) / 100}x`;
  const [, number] = /^x?\s*(\d+(?:\.\d+)?)\s*[xX×]?$/.exec(text) ?? [];
  return number === undefined || Number(number) < 1 ? undefined : `${number}x`;
};
/** Names of experiments, meshes and services. */
const label = (given: unknown): string | undefined => {
  if (typeof given !== "string") return undefined;
  const text = given
    .trim()
    .toLowerCase()
    .replace(/[\s_.]+/g, "-");
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) ? text : undefined;
};
const path = (given: unknown): string | undefined =>
  typeof given === "string" && /^[\w-][\w./*-]*$/.test(given) && !given.includes("://") ? `/${given}` : undefined;
const address = (given: unknown): string | undefined => {
  const text = String(given)
    .trim()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/^:/, "127.0.0.1:");
  if (/^\d{1,5}$/.test(text)) return `127.0.0.1:${text}`;
  return text !== given && /^[^\s:/@]+:\d{1,5}$/.test(text) ? text : undefined;
};
const url = (given: unknown): string | undefined =>
  typeof given === "string" && /^[a-z0-9.-]+(?::\d{1,5})?(?:\/\S*)?$/i.test(given) ? `http://${given}` : undefined;

/** `9:00`, `9am`, `17h`. */
const timeOfDay = (given: unknown): string | undefined => {
  const [, hour, minute = "00", half] = /^(\d{1,2})(?:[:.h](\d{2})?)?\s*(am|pm)?$/i.exec(String(given).trim()) ?? [];
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  return hours < 24 && Number(minute) < 60 ? `${String(hours).padStart(2, "0")}:${minute}` : undefined;
};
/** Other arrows between two services. */
const edge = (given: unknown): string | undefined => {
  const [, from, to] =
    /^\s*([\w.-]*[\w.])\s*(?:[-=]+>|→|>|\/|,|\s-\s|\sto\s)\s*([\w.-]+)\s*$/.exec(String(given)) ?? [];
  const ends = [label(from), label(to)];
  return ends.includes(undefined) ? undefined : ends.join(" -> ");
};
/** A header's name where the key that a share sticks to is wanted. */
const shareKey = (given: unknown): string | undefined => {
  const name = String(given)
    .trim()
    .replace(/^headers?[:.]?\s*/i, "");
  return /^[\w-]+$/.test(name) ? `header:${name.toLowerCase()}` : undefined;
};

/** By the title that a unit's schema has. */
const BY_TITLE: Readonly<Record<string, (given: unknown, key: string) => string | undefined>> = {
  duration,
  share,
  rate,
  size,
  status,
  comparison,
  factor,
  path,
  edge,
  "time of day": timeOfDay,
  "request, connection, trace or header:NAME": shareKey,
  "added share": added,
  "bytes per second": byteRate,
  "DNS label": label,
  "host:port": address,
  URL: url,
};
/** No longer text is a slip of a unit, and some patterns above take time with the square of the text's length. */
const LONGEST = 100;
/** The value that was probably meant under `key`, where a unit is expected; undefined: unknown, or the same value. */
export const unitTypo = (titles: readonly string[], given: unknown, key: string): string | undefined => {
  if (given === null || given === undefined || typeof given === "object") return undefined;
  if (typeof given === "string" && given.length > LONGEST) return undefined;
  for (const title of titles) {
    const meant: string | undefined = Object.hasOwn(BY_TITLE, title) ? BY_TITLE[title]!(given, key) : undefined;
    if (meant !== undefined && meant !== given) return meant;
  }
  return undefined;
};
