/** Error of a SQLite driver that was built for another version of Node. Its own file, since loading the driver's file throws it. */
export class DriverMismatch extends Error {
  override readonly name = "DriverMismatch";
}
