/** The way out of a page whose session has ended, which waits while something on the page must not vanish. Pure. */

export interface LeaveGuard {
  leave(why: string): void;
  /** Answers how to stop; the last one that stops lets go. */
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
