import { useEffect, useState } from "react";
import { patience } from "../clock.ts";

/** What a value is once it has not changed for `ms`. */
export const useSettled = <T>(value: T, ms: number): T => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const waiting = patience(ms, () => setSettled(() => value));
    return () => waiting.end();
  }, [value, ms]);
  return settled;
};
