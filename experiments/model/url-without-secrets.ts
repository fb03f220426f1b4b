/**
 * A URL as messages show it: without the user and the password that may stand in it. Also of a text that is no URL, since
 * that is where a message quotes what was typed.
 */
export const urlWithoutSecrets = (text: string): string => text.replace(/(^|\/\/)[^/?#\s]*@/, "$1…@");
