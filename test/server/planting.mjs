// Loaded by --import: on SIGURG the process meets an error that nothing in it catches, of the kind in $PLANTED.
const PLANTED = {
  rejection: () => Promise.reject(new Error("planted")),
  exception: () => {
    throw new Error("planted");
  },
};
process.on("SIGURG", () => setImmediate(PLANTED[process.env.PLANTED]));
