import { useEffect, useState } from "react";
import { patience } from "../clock.ts";

/** Value after `ms` without a change. */
export const useSettled = <T>(value: T, ms: number): T => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const waiting = patience(ms, () => setSettled(() => value));
    return () => waiting.end();
  }, [value, ms]);
  return settled;
};
