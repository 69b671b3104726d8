"""socketify: uWebSockets, C++, with its own topics.

As the WebSocket pages of its documentation have it. uWebSockets itself gathers what is published during one turn of its
loop and writes it to each socket at once; compression is off, as it is by default. By default it also drops what is
published to a socket with more than 64 KiB unsent, and says nothing: 4 MiB here, as much as Rebond lets a socket lag.
"""
# The library is not installed where this file is checked, only where it runs.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

import sys

from socketify import App, AppListenOptions, OpCode

app = App()


def opened(socket) -> None:
    socket.subscribe("room")


def message(socket, text, opcode) -> None:
    app.publish("room", text, OpCode.TEXT)


app.ws("/", {"open": opened, "message": message, "max_backpressure": 4 * 1024 * 1024})

if __name__ == "__main__":
    app.listen(AppListenOptions(port=int(sys.argv[1]), host="127.0.0.1"))
    app.run()
