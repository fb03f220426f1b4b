/**
 * A URL as messages show it: without user and password. Also applies to a text that is no URL, since messages quote
 * such input as typed.
 */
export const urlWithoutSecrets = (text: string): string => text.replace(/(^|\/\/)[^/?#\s]*@/, "$1…@");
