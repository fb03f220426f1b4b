"""Callee of many callers: prints its port, and answers by the path of each request.

/hold      never answers, and closes when its caller has sent FIN
/late/MS   answers after MS milliseconds, to a half-closed caller too
/close     answers and closes
else       answers and keeps the connection
"""

import asyncio

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSING = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


async def serve(reader, writer):
    try:
        while True:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
            if path == b"/hold":
                await reader.read()
                break
            if path.startswith(b"/late/"):
                await asyncio.sleep(int(path[6:]) / 1000)
            writer.write(CLOSING if path == b"/close" else OK)
            await writer.drain()
            if path == b"/close":
                break
    except (asyncio.IncompleteReadError, OSError):
        pass
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
