"""socketify: uWebSockets, C++, with its own topics."""
# The library is not installed where this file is checked, only where it runs.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

import sys

from socketify import App, AppListenOptions, OpCode

app = App()


def opened(socket) -> None:
    socket.subscribe("room")


def message(socket, text, opcode) -> None:
    app.publish("room", text, OpCode.TEXT)


app.ws("/", {"open": opened, "message": message})

if __name__ == "__main__":
    app.listen(AppListenOptions(port=int(sys.argv[1]), host="127.0.0.1"))
    app.run()
