/**
 * Errors that nothing in this process caught. While a server lives here they are its own to contain: it halts every run
 * and goes on. Otherwise the command ends with 70.
 */
type Contain = (error: unknown) => void;

const containing = new Set<Contain>();

/** Has `contain` take such errors until the answer is called. */
export const onUncaught = (contain: Contain): (() => void) => {
  containing.add(contain);
  return () => {
    containing.delete(contain);
  };
};

/** True when a server took it. */
export const takeUncaught = (error: unknown): boolean => {
  for (const contain of containing) contain(error);
  return containing.size > 0;
};
