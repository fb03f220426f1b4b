/** The server's token, for as long as the tab lives. It is never in an address, a cookie or a file. */
const KEY = "squall.token";
export const readToken = (): string | null => sessionStorage.getItem(KEY);
export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);
