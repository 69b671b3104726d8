"""picows: frames cut and built in C, sent to everybody in a loop, on uvloop.

As the echo server of its documentation, with a loop: picows has no broadcast of its own. It brings aiofastnet, which it
uses by default. It writes each frame as it is sent and speaks no compression.
"""
# The library is not installed where this file is checked, only where it runs.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

room: set[WSTransport] = set()


class Relay(WSListener):
    def on_ws_connected(self, transport: WSTransport) -> None:
        room.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        room.discard(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        elif frame.msg_type == WSMsgType.TEXT:
            message = frame.get_payload_as_bytes()
            for other in list(room):
                other.send(WSMsgType.TEXT, message)


def listener(request: WSUpgradeRequest) -> WSListener:
    return Relay()


async def main() -> None:
    server = await ws_create_server(listener, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
