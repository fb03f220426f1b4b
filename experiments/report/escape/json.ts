/** JSON for a log that other programs read, free of terminal escape sequences and of commands of GitHub's runner. */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent)
    .replaceAll("##[", "#\\u0023[")
    .replace(
      /[\u007f-\u009f\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
