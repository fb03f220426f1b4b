/** Debian's static BusyBox: the content of images and of the virtual machine's first file system. */
import { readFileSync } from "node:fs";
import { findProgram, installPackages, mayInstall, type Program, program } from "./programs.ts";

/** Path of the dynamic loader, which a static program does not name. */
const LOADER = "/ld-linux";
const isStatic = (file: string): boolean => !readFileSync(file).includes(LOADER);
const findBusybox = (): string | null => {
  const file = findProgram("busybox");
  return file !== null && isStatic(file) ? file : null;
};
export const BUSYBOX: Program = {
  ...program("static BusyBox", "busybox", "busybox-static"),
  find: findBusybox,
  // A program unpacked without root is a starter of a program, no static program.
  install: () => mayInstall() && installPackages("busybox-static"),
};
