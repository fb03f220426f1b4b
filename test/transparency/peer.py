"""Caller and callee of the transparency suite: both ends of a connection, played from scripts by blocking sockets.

Node cannot tell a FIN from a RST behind data, and Python can. Both ends live in this process, so that a run has a
single clock and a single order of events.

Input, a line of JSON for each run:  {"id", "listen": port, "dial": port, "caller": {...}, "callee": {...}, "stop": n}
Output, a line of JSON for each run: {"id", "caller": [connection], "callee": [connection], "events": n}
"pace" stretches every rest and wait of a run: a slow agent needs more time between the steps of an order that is fixed.
A run with "stop" pauses before event n, at both ends: it prints {"id", "at": n} and goes on at the input {"id", "go": true}.
"""

import hashlib
import json
import select
import socket
import struct
import sys
import threading
import time

# Longest wait for an answer, and for what the other end does after the caller is done, in seconds.
PATIENCE = 1.2
AFTERMATH = 0.5
# Longest wait of any blocking call: a run never hangs.
LIMIT = 8.0
RST_ON_CLOSE = struct.pack("ii", 1, 0)
PATTERN = bytes(range(251)) * 4200

sys.setswitchinterval(0.0005)
output_lock = threading.Lock()


def say(message):
    with output_lock:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


class Over(Exception):
    """The end of a script before its last step: the peer ended the connection, or did nothing in time."""


class Run:
    """State that both ends of a run share."""

    def __init__(self, order):
        self.order = order
        self.caller_done = threading.Event()
        self.go = threading.Event()
        self.lock = threading.Lock()
        self.events = 0
        self.fillers = set()
        self.stop = order.get("stop")
        self.pace = order.get("pace", 1)
        self.done_at = None

    def event(self):
        with self.lock:
            number = self.events
            self.events += 1
        if number == self.stop:
            say({"id": self.order["id"], "at": number})
        # The other end waits too: in a direct run, an end that answers at once cannot overtake the next event either.
        if self.stop is not None and number >= self.stop:
            self.go.wait(LIMIT)


def data_of(spec):
    """Bytes of a script: a string, or {"fill": count}."""
    if isinstance(spec, str):
        return spec.encode("latin1")
    count = spec["fill"]
    return (PATTERN * (count // len(PATTERN) + 1))[:count]


class Connection:
    def __init__(self, run, sock, is_caller):
        self.run = run
        self.sock = sock
        self.is_caller = is_caller
        self.unread = bytearray()
        self.hash = hashlib.sha256()
        self.received = 0
        self.log = []
        self.times = []
        self.ends = []
        self.begun = time.monotonic()
        self.request = 0
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # Records

    def note(self, text):
        self.log.append(text)
        self.times.append(round((time.monotonic() - self.begun) * 1000, 2))

    def end(self, kind):
        if kind not in self.ends:
            self.ends.append(kind)

    def record(self):
        return {
            "log": self.log,
            "times": self.times,
            "received": self.received,
            "hash": self.hash.hexdigest()[:16],
            "ends": self.ends,
        }

    def rest(self, ms):
        time.sleep(ms * self.run.pace / 1000)

    # Reading

    def patience(self):
        """Seconds that this end waits for bytes: a callee waits as long as its caller is there, and a while longer."""
        return self.run.order["callee"].get("patience", PATIENCE * 1000) * self.run.pace / 1000

    def receive(self, seconds, most=65536):
        """Reads a part. Returns fin, rst or late in place of a part that does not come."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            if not self.is_caller:
                left = min(max(left, 0), 0.01 if self.run.caller_done.is_set() else 0.05)
            try:
                self.sock.settimeout(max(left, 0.0005))
                part = self.sock.recv(most)
            except (TimeoutError, BlockingIOError):
                if time.monotonic() < until and not self.is_caller and not self.is_deserted():
                    continue
                return "late"
            except OSError:
                self.end("rst")
                return "rst"
            if part == b"":
                self.end("fin")
                return "fin"
            self.unread += part
            return None

    def is_deserted(self):
        """Tells whether the caller has been done for so long that nothing more can come."""
        run = self.run
        return run.caller_done.is_set() and time.monotonic() > run.done_at + AFTERMATH * run.pace

    def wait(self):
        return self.patience() if self.is_caller else LIMIT

    def until(self, is_whole, seconds):
        """Reads until `is_whole`; returns None, or the reason why no more comes."""
        while not is_whole():
            why = self.receive(seconds)
            if why is not None:
                return why
        return None

    def take(self, count):
        """Consumes bytes. Bytes that no step asked for are not compared: it is chance which of them came in time."""
        part = bytes(self.unread[:count])
        del self.unread[:count]
        self.received += len(part)
        self.hash.update(part)
        return part

    def head(self, seconds):
        why = self.until(lambda: b"\r\n\r\n" in self.unread, seconds)
        if why is not None:
            return None, why
        head = self.take(self.unread.index(b"\r\n\r\n") + 4)
        return head, None

    def chunked(self, seconds):
        """Reads a chunked body; returns its size and the reason why it is not whole."""
        size = 0
        while True:
            why = self.until(lambda: b"\r\n" in self.unread, seconds)
            if why is not None:
                return size, why
            line = self.take(self.unread.index(b"\r\n") + 2)
            try:
                count = int(line.split(b";")[0], 16)
            except ValueError:
                return size, "no chunk"
            if count == 0:
                break
            why = self.until(lambda: len(self.unread) >= count + 2, seconds)
            if why is not None:
                return size + len(self.unread), why
            self.take(count + 2)
            size += count
        while True:
            why = self.until(lambda: b"\r\n" in self.unread, seconds)
            if why is not None:
                return size, why
            if self.take(self.unread.index(b"\r\n") + 2) == b"\r\n":
                return size, None

    def body(self, head, seconds, to_the_end):
        """Reads the body that a head announces; returns a description and the reason why it is not whole."""
        fields = head.lower()
        if b"transfer-encoding: chunked" in fields:
            size, why = self.chunked(seconds)
            return f"chunked {size}", why
        if b"content-length: " in fields:
            count = int(fields.split(b"content-length: ")[1].split(b"\r\n")[0])
            why = self.until(lambda: len(self.unread) >= count, seconds)
            got = len(self.take(count))
            return f"{got} of {count}", why
        if not to_the_end:
            return "no body", None
        why = self.until(lambda: False, seconds)
        size = len(self.take(len(self.unread)))
        return f"{size} to the end by {why}", None if why == "fin" else why

    # Steps. A step that cannot be done raises Over, with a note.

    def fail(self, text, why):
        self.take(len(self.unread))
        self.note(f"{text}: {why}")
        raise Over(why)

    def step_send(self, spec):
        self.transmit(data_of(spec), "send")

    def step_pieces(self, spec, count, ms):
        data = data_of(spec)
        size = -(-len(data) // count)
        for i in range(count):
            if i > 0:
                self.rest(ms)
            self.transmit(data[i * size : (i + 1) * size], None)
        self.note("sent in pieces")

    def transmit(self, data, name):
        try:
            self.sock.settimeout(self.patience() if self.is_caller else 2.0)
            self.sock.sendall(data)
        except TimeoutError:
            self.fail("send", "stuck")
        except OSError:
            # The answer may be there already. A failed write has consumed the error, and reading ends by FIN then.
            while self.receive(0.05) is None:
                pass
            self.ends = [kind for kind in self.ends if kind != "fin"]
            self.end("rst")
            self.fail("send", f"rst behind {self.describe()}")
        if name is not None:
            self.note(name)

    def describe(self):
        """Start of the unread bytes, for a note."""
        return repr(bytes(self.unread[:20]).decode("latin1"))

    def step_request(self, *kinds):
        """Callee: reads a head, and the body unless `head only`."""
        head, why = self.head(self.wait())
        if why is not None:
            self.fail(f"request {self.request}", f"{why} behind {len(self.unread)}")
        self.request += 1
        line = head.lstrip().split(b"\r\n")[0].decode("latin1")
        if "head only" in kinds:
            self.note(f"head {line}")
            return
        if b"100-continue" in head.lower() and "silent" not in kinds:
            self.transmit(b"HTTP/1.1 100 Continue\r\n\r\n", None)
        what, why = self.body(head, self.wait(), False)
        if why is not None:
            self.fail(f"request {line}, {what}", why)
        self.note(f"request {line}, {what}")

    def step_each(self, *answers):
        """Callee: for each request the next list of steps, the last again and again, until the caller ends."""
        for number in range(1000):
            self.event_step(["request"])
            self.play(answers[min(number, len(answers) - 1)])

    def step_answer(self, *kinds):
        """Caller: reads informational answers and a final answer, with its body."""
        while True:
            head, why = self.head(self.wait())
            if why is not None:
                self.fail("answer", f"{why} behind {len(self.unread)}")
            line = head.split(b"\r\n")[0].decode("latin1")
            status = line.split(" ")[1] if line.startswith("HTTP/1.") and " " in line else line
            if not status.startswith("1") or status == "101":
                break
            self.note(f"interim {status}")
        if status in ("101", "204", "304") or "bodiless" in kinds:
            self.note(f"answer {status}")
            return
        what, why = self.body(head, self.wait(), True)
        if why is not None:
            self.fail(f"answer {status}, {what}", why)
        self.note(f"answer {status}, {what}")

    def step_continue(self):
        """Caller: waits for 100, at most 250 ms; a final answer stays unread."""
        head, why = self.head(0.25 * self.run.pace)
        if why in ("fin", "rst"):
            self.fail("continue", why)
        if head is not None and b" 100 " not in head.split(b"\r\n")[0] + b" ":
            self.unread[:0] = head
            self.note("no continue")
            return
        self.note("continue" if head is not None else "continue late")

    def step_read(self, count, ms=None):
        why = self.until(lambda: len(self.unread) >= count, self.wait() if ms is None else ms * self.run.pace / 1000)
        if why is not None:
            self.fail(f"read {count}", f"{why} behind {len(self.unread)}")
        self.take(count)
        self.note(f"read {count}")

    def step_sip(self, count, ms):
        """Reads `count` bytes at a time with a rest between, to the end."""
        while True:
            why = self.receive(self.wait(), count)
            self.take(len(self.unread))
            if why is not None:
                self.fail("sip", why)
            self.rest(ms)

    def step_echo(self):
        """Callee: sends received bytes back, to the end."""
        while True:
            part = self.take(len(self.unread))
            if part:
                self.transmit(part, None)
            why = self.receive(self.wait())
            if why is not None:
                self.fail("echo", why)

    def step_drain(self, ms=None):
        """Reads to the end, or for as long."""
        why = self.until(lambda: False, self.wait() if ms is None else ms * self.run.pace / 1000)
        self.take(len(self.unread))
        self.note(f"drain: {why}")
        if why != "late":
            raise Over(why)

    def step_fin(self):
        try:
            self.sock.shutdown(socket.SHUT_WR)
            self.note("fin")
        except OSError:
            while self.receive(0.05) is None:
                pass
            self.ends = [kind for kind in self.ends if kind != "fin"]
            self.end("rst")
            self.fail("fin", f"rst behind {self.describe()}")

    def step_sleep(self, ms):
        self.rest(ms)
        self.note("sleep")

    def step_hang(self):
        """Callee: does nothing until the caller is done, and looks then at what has come."""
        self.run.caller_done.wait(LIMIT)
        self.rest(60)
        while self.receive(0.001) is None:
            pass
        self.take(len(self.unread))
        self.note("hang")
        raise Over("hung")

    def step_linger(self, ms):
        """Watches the connection: bytes, FIN, and a RST, behind a FIN too."""
        self.watch(ms * self.run.pace / 1000)
        self.take(len(self.unread))
        self.note("linger")

    def step_close(self):
        self.sock.close()
        self.note("close")
        raise Over("closed")

    def step_reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_ON_CLOSE)
        self.sock.close()
        self.note("reset")
        raise Over("closed")

    def watch(self, seconds):
        until = time.monotonic() + seconds
        while "fin" not in self.ends and "rst" not in self.ends:
            left = until - time.monotonic()
            if left <= 0 or self.receive(left) == "late":
                return
        poll = select.poll()
        poll.register(self.sock, 0)
        while "rst" not in self.ends:
            left = until - time.monotonic()
            if left <= 0:
                return
            if poll.poll(left * 1000):
                if self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0:
                    self.end("rst")
                return

    def event_step(self, step):
        self.run.event()
        getattr(self, "step_" + step[0])(*step[1:])

    def play(self, steps):
        for step in steps:
            self.event_step(step)

    def whole(self, script):
        """Plays a script to its end, and closes."""
        try:
            self.play(script)
        except Over as over:
            if str(over) == "closed":
                return
        if not self.is_caller and "fin" in self.ends:
            self.watch(0.1 * self.run.pace)
        self.sock.close()


def play_caller(run, spec, records, index):
    sock = socket.socket()
    sock.settimeout(LIMIT)
    connection = Connection(run, sock, True)
    records[index] = connection
    try:
        run.event()
        sock.connect(("127.0.0.1", run.order["dial"]))
    except OSError as error:
        connection.note(f"connect: {type(error).__name__}")
        sock.close()
        return
    connection.begun = time.monotonic()
    connection.whole(spec["steps"])


def listen(port, backlog):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(backlog)
    return listener


def fill(run, port):
    """Fills a backlog of 0, in which a single connection fits."""
    fillers = []
    for _ in range(2):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        fillers.append(filler)
        run.fillers.add(filler.getsockname()[1])
    return fillers


def accept(run, spec, listener, expected, connections, threads):
    """Accepts until as many have come as the caller made, and then looks once more: an agent must not make others."""
    open_now = []
    while True:
        listener.settimeout(0.02)
        try:
            sock, address = listener.accept()
        except TimeoutError:
            if not run.caller_done.is_set():
                continue
            is_settled = all(not thread.is_alive() for thread in threads)
            is_late = time.monotonic() > run.done_at + AFTERMATH * run.pace
            if (len(connections) >= expected and is_settled) or (is_late and is_settled):
                return
            continue
        if address[1] in run.fillers:
            sock.close()
            continue
        connection = Connection(run, sock, False)
        connections.append(connection)
        open_now = [thread for thread in open_now if thread.is_alive()]
        is_over = len(open_now) >= spec.get("most", 1 << 30)
        script = spec["over"] if is_over else spec["steps"]
        thread = threading.Thread(target=connection.whole, args=(script,), daemon=True)
        threads.append(thread)
        open_now.append(thread)
        thread.start()


def play(run):
    order = run.order
    caller, callee = order["caller"], order["callee"]
    count = caller.get("connections", 1)
    listener = None if callee.get("absent") else listen(order["listen"], callee.get("backlog", 1024))
    fillers = fill(run, order["listen"]) if callee.get("full") else []
    callers = [None] * count
    connections, threads = [], []
    accepting = None
    if listener is not None:

        def serve():
            time.sleep(callee.get("after", 0) * run.pace / 1000)
            accept(run, callee, listener, count, connections, threads)

        accepting = threading.Thread(target=serve, daemon=True)
        accepting.start()
    dialling = [
        threading.Thread(target=play_caller, args=(run, caller, callers, i), daemon=True) for i in range(count)
    ]
    for thread in dialling:
        thread.start()
    for thread in dialling:
        thread.join(LIMIT)
    run.done_at = time.monotonic()
    run.caller_done.set()
    if accepting is not None:
        accepting.join(LIMIT)
        listener.close()
    for filler in fillers:
        filler.close()
    say(
        {
            "id": order["id"],
            "caller": [connection.record() for connection in callers],
            "callee": [connection.record() for connection in connections],
            "events": run.events,
        }
    )


def main():
    threading.stack_size(256 * 1024)
    runs = {}

    def begin(run):
        try:
            play(run)
        except Exception as error:  # A defect of this file fails its row, with the reason.
            say({"id": run.order["id"], "defect": repr(error)})
        runs.pop(run.order["id"], None)

    for line in sys.stdin:
        order = json.loads(line)
        if "go" in order:
            runs[order["id"]].go.set()
            continue
        run = runs[order["id"]] = Run(order)
        threading.Thread(target=begin, args=(run,), daemon=True).start()


main()
