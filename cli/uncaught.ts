/**
 * Uncaught errors of this process. A process that hosts a server passes them to that server, which halts every run and
 * goes on; any other command ends with 70.
 */
type Contain = (error: unknown) => void;

const containing = new Set<Contain>();

/** Registers `contain` for uncaught errors. Returns a function that takes the registration back. */
export const onUncaught = (contain: Contain): (() => void) => {
  containing.add(contain);
  return () => {
    containing.delete(contain);
  };
};

/** Passes the error to every registered function. Returns false when there is none. */
export const takeUncaught = (error: unknown): boolean => {
  for (const contain of containing) contain(error);
  return containing.size > 0;
};
