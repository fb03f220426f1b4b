/** The SQLite driver in node_modules is another Node's. In a file of its own: loading the driver's file throws this. */
export class OtherNode extends Error {
  override readonly name = "OtherNode";
}
