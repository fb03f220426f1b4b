/**
 * The way out of a page whose session has ended: leaving waits while an element of the page must stay visible. Pure.
 */

export interface LeaveGuard {
  leave(why: string): void;
  /** Delays leaving until the returned function is called; the last release lets the page leave. */
  stay(): () => void;
}
export const openLeaveGuard = (onLeave: (why: string) => void): LeaveGuard => {
  let staying = 0;
  let waiting: string | null = null;
  return {
    leave(why) {
      if (staying === 0) onLeave(why);
      else waiting = why;
    },
    stay() {
      staying++;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        staying--;
        const why = waiting;
        if (staying > 0 || why === null) return;
        waiting = null;
        onLeave(why);
      };
    },
  };
};
