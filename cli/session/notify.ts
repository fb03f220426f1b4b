/** Tells systemd how this process is, as sd_notify(3) has it; says nothing where nobody asked (no NOTIFY_SOCKET). */
import { execFile } from "node:child_process";
import type { Clock } from "../clock.ts";

export interface Notifier {
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
  close(): void;
}
const SILENT: Notifier = { ready() {}, reloading() {}, stopping() {}, close() {} };
const ANSWER_MS = 5_000;

/**
 * Node has no datagram sockets of AF_UNIX: systemd-notify, which comes with systemd, speaks for it (NotifyAccess=all). Its
 * address is taken out of the environment, since no child of this process has anything to say there.
 */
export const openNotifier = (
  environment: NodeJS.ProcessEnv,
  { clock, warn }: { readonly clock: Clock; readonly warn: (message: string) => void },
): Notifier => {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = environment;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete environment[name];
  if (!NOTIFY_SOCKET) return SILENT;
  let isMute = false;
  const say = (...words: readonly string[]): void => {
    if (isMute) return;
    const env = { NOTIFY_SOCKET, ...(PATH === undefined ? {} : { PATH }) };
    execFile("systemd-notify", [...words], { env, timeout: ANSWER_MS }, (error) => {
      if (error === null || isMute) return;
      isMute = true;
      warn(
        `systemd is not told how this server is (systemd-notify: ${error.message.trim()}): use Type=exec in its unit`,
      );
    });
  };
  const watched = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  const watchdogMs = watched ? Number(WATCHDOG_USEC ?? 0) / 1_000 : 0;
  // Half of its time, as sd_watchdog_enabled(3) recommends.
  const beating = watchdogMs > 0 ? clock.every(watchdogMs / 2, () => say("WATCHDOG=1")) : null;
  const pid = `--pid=${process.pid}`;
  return {
    ready: (status) => say("--ready", pid, `--status=${status}`),
    reloading: () => say("RELOADING=1"),
    stopping: () => say("STOPPING=1", "STATUS=taking the faults away"),
    close: () => beating?.stop(),
  };
};
