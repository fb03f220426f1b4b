/**
 * YAML for terminals and logs: parses back to the same value, and holds no control sequence that a terminal or log
 * obeys.
 */
import { HARMFUL } from "../../experiments/model/text/printable.ts";

// The `g` flag is left out: `test` is called repeatedly, and a global expression would remember the last position.
const CAUTION = new RegExp(
  `${HARMFUL.source.replace("\\u0000-\\u001f", "\\u0000-\\u0009\\u000b-\\u001f")}|##\\[|::(?=[A-Za-z])`,
  "u",
);
const unicode = (character: string): string => {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** Ends without a line break; keys stand in the order of the object. */
export const yaml = async (value: unknown): Promise<string> => {
  const { Document, visit } = await import("yaml");
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && CAUTION.test(node.value)) node.type = "QUOTE_DOUBLE";
    },
  });
  // Harmful characters that remain stand between double quotes, where YAML takes these escapes.
  return document
    .toString({ lineWidth: 0 })
    .replace(HARMFUL, (character) => (character === "\n" ? character : unicode(character)))
    .replaceAll("##[", "#\\u0023[")
    .replace(/::(?=[A-Za-z])/g, ":\\u003a")
    .trimEnd();
};
