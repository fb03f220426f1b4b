/** Light or dark theme: the system's choice until the user picks a theme in this browser. */
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
const KEY = "squall.theme";
const listeners = new Set<() => void>();

export const readTheme = (): Theme => {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
};
/** The style sheet follows the attribute. */
export const showTheme = (theme: Theme): void => {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
};
export const keepTheme = (theme: Theme): void => {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  showTheme(theme);
  for (const listener of listeners) listener();
};
const listen = (onChange: () => void) => {
  listeners.add(onChange);
  return () => {
    listeners.delete(onChange);
  };
};
export const useTheme = (): Theme => useSyncExternalStore(listen, readTheme);
