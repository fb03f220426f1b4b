/**
 * Node's own TCP handles: what `net.Socket` is made of, without the streams around it. `process.binding` is deprecated, and
 * absent under the permission model; nothing here is relied on before the self-test has tried it.
 */

/** A connection, or a listening socket. Numbers that come back are 0, or an errno of libuv's, which is negative. */
export interface TcpHandle {
  onread: (this: TcpHandle) => Buffer | undefined;
  onconnection: (status: number, accepted: TcpHandle | undefined) => void;
  /** Bytes that the kernel has not taken. */
  readonly writeQueueSize: number;
  useUserBuffer(buffer: Buffer): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: HandleRequest, bytes: Buffer): number;
  shutdown(request: HandleRequest): number;
  connect(request: HandleRequest, host: string, port: number): number;
  connect6(request: HandleRequest, host: string, port: number): number;
  setNoDelay(isOn: boolean): number;
  getsockname(out: object): number;
  getpeername(out: object): number;
  close(closed: () => void): void;
  /** RST instead of FIN. Refused while a shutdown is under way. */
  reset(closed: () => void): number;
}
/** What an operation that is not done at once is known by. */
export interface HandleRequest {
  oncomplete: ((status: number) => void) | undefined;
  /** What a write has not sent yet: the kernel's side does not keep it. */
  bytes?: Buffer;
}
export interface Binding {
  newSocket(): TcpHandle;
  readonly WriteRequest: new () => HandleRequest;
  readonly ShutdownRequest: new () => HandleRequest;
  readonly ConnectRequest: new () => HandleRequest;
  /** What the last read or write came to: `state[readAt]` bytes, or an errno; `state[asyncAt]` not 0: some of it is not taken yet. */
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

/** Throws where this Node does not give its handles away. */
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
