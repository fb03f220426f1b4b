/**
 * Error of a SQLite driver that was built for another version of Node. The class has a file of its own, since loading
 * the driver's file throws this error.
 */
export class DriverMismatch extends Error {
  override readonly name = "DriverMismatch";
}
