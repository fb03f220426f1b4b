/** Forms of a listing or a document, by the word for `--output`. */
export const FORMS = ["table", "wide", "json", "yaml", "name"] as const;
