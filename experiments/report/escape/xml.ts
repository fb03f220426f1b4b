/** Characters that XML 1.0 cannot hold, not even as references. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

/** Foreign text as XML content or attribute value. Line breaks survive attribute normalisation as references. */
export const xml = (text: string): string =>
  text.replace(FORBIDDEN, "\ufffd").replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character]!);
