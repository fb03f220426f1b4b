/**
 * Node's own TCP handles, which `net.Socket` wraps in streams. `process.binding` is deprecated, and absent under the
 * permission model; no transport relies on this file before the self-test has tried the handles.
 */

/** Handle of a connection or of a listening socket. Returned numbers are 0, or a libuv errno, which is negative. */
export interface TcpHandle {
  onread: (this: TcpHandle) => Buffer | undefined;
  onconnection: (status: number, accepted: TcpHandle | undefined) => void;
  /** Bytes written that the kernel has not taken. */
  readonly writeQueueSize: number;
  useUserBuffer(buffer: Buffer): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: HandleRequest, bytes: Buffer): number;
  shutdown(request: HandleRequest): number;
  connect(request: HandleRequest, host: string, port: number): number;
  connect6(request: HandleRequest, host: string, port: number): number;
  setNoDelay(isOn: boolean): number;
  /** `afterS`: rest in seconds before the first probe. */
  setKeepAlive(isOn: boolean, afterS: number): number;
  getsockname(out: object): number;
  getpeername(out: object): number;
  close(closed: (this: TcpHandle) => void): void;
  /** Closes with RST instead of FIN. Refused while a shutdown is under way. */
  reset(closed: (this: TcpHandle) => void): number;
}
/** Request object that stands for an operation until the operation completes. */
export interface HandleRequest {
  oncomplete: ((this: HandleRequest, status: number) => void) | undefined;
  /** Bytes of a write that are not sent yet, referenced here because the kernel side keeps no reference. */
  bytes?: Buffer;
}
export interface Binding {
  newSocket(): TcpHandle;
  readonly WriteRequest: new () => HandleRequest;
  readonly ShutdownRequest: new () => HandleRequest;
  readonly ConnectRequest: new () => HandleRequest;
  /**
   * Result of the last read or write: `state[readAt]` is the byte count, or an errno; a non-zero `state[asyncAt]` says
   * that the kernel has not taken all bytes yet.
   */
  readonly state: Int32Array;
  readonly readAt: number;
  readonly asyncAt: number;
}

interface TcpWrap {
  readonly TCP: new (kind: number) => TcpHandle;
  readonly TCPConnectWrap: Binding["ConnectRequest"];
  readonly constants: { readonly SOCKET: number };
}
interface StreamWrap {
  readonly WriteWrap: Binding["WriteRequest"];
  readonly ShutdownWrap: Binding["ShutdownRequest"];
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

/** Opens the binding. Throws where this Node does not expose the handles. */
export const openBinding = (): Binding => {
  const { binding } = process as unknown as { binding(name: string): unknown };
  const { TCP, TCPConnectWrap, constants } = binding("tcp_wrap") as TcpWrap;
  const stream = binding("stream_wrap") as StreamWrap;
  const { WriteWrap, ShutdownWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = stream;
  return {
    newSocket: () => new TCP(constants.SOCKET),
    ...{ WriteRequest: WriteWrap, ShutdownRequest: ShutdownWrap, ConnectRequest: TCPConnectWrap },
    ...{ state: streamBaseState, readAt: kReadBytesOrError, asyncAt: kLastWriteWasAsync },
  };
};
