/** Reports the state of this process to systemd, by sd_notify(3); silent without NOTIFY_SOCKET. */
import { execFile } from "node:child_process";

export interface Notifier {
  ready(status: string): void;
  /** Status line for `systemctl status`. */
  status(status: string): void;
  reloading(): void;
  stopping(status: string): void;
  /** Stops all reports. */
  close(): void;
  /** Variables taken out of the environment, for a process that takes the place of this process. */
  readonly handedOn: Readonly<Record<string, string>>;
}
export const SILENT: Notifier = { ready() {}, status() {}, reloading() {}, stopping() {}, close() {}, handedOn: {} };
const ANSWER_MS = 5_000;

export interface NotifierConfig {
  /** `server` or `agent`, for the warning. */
  readonly what: string;
  /** Calls again and again; returns a handle that stops the calls. */
  readonly every: (ms: number, call: () => void) => { stop(): void };
  readonly warn: (message: string) => void;
}

/**
 * Opens a notifier. Node has no datagram sockets of AF_UNIX: systemd-notify, which comes with systemd, sends the
 * messages (NotifyAccess=all). The socket's address is taken out of the environment, since no child of this process may
 * report.
 */
export const openNotifier = (environment: NodeJS.ProcessEnv, { what, every, warn }: NotifierConfig): Notifier => {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = environment;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete environment[name];
  if (!NOTIFY_SOCKET) return SILENT;
  let isMute = false;
  /** Last message sent. Messages reach systemd in order only if a single child runs at a time. */
  let last: Promise<void> = Promise.resolve();
  const env = { NOTIFY_SOCKET, ...(PATH === undefined ? {} : { PATH }) };
  const tell = (words: readonly string[]): Promise<void> =>
    new Promise((done) => {
      if (isMute) return done();
      execFile("systemd-notify", [...words], { env, timeout: ANSWER_MS }, (error) => {
        if (error !== null && !isMute) {
          isMute = true;
          const why = `systemd-notify: ${error.message.trim()}`;
          warn(`systemd is not told how this ${what} is (${why}): use Type=exec in its unit`);
        }
        done();
      });
    });
  const say = (...words: readonly string[]): void => {
    last = last.then(() => tell(words));
  };
  const watched = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  const watchdogMs = watched ? Number(WATCHDOG_USEC ?? 0) / 1_000 : 0;
  // Half of the watchdog's time, as sd_watchdog_enabled(3) recommends.
  const beating = watchdogMs > 0 ? every(watchdogMs / 2, () => say("WATCHDOG=1")) : null;
  return {
    // The first message of a successor makes the successor the main process.
    ready: (status) => say("--ready", `--pid=${process.pid}`, `--status=${status}`),
    status: (status) => say(`--status=${status}`),
    reloading: () => say("RELOADING=1"),
    // Sent at once: the process may be gone before the queue reaches the message.
    stopping: (status) => {
      last = tell(["STOPPING=1", `STATUS=${status}`]);
    },
    close() {
      isMute = true;
      beating?.stop();
    },
    handedOn: { NOTIFY_SOCKET, ...(watched && WATCHDOG_USEC ? { WATCHDOG_USEC } : {}) },
  };
};
