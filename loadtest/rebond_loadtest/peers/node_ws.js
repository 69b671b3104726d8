// Node and ws, sending to every open client in a loop, as the broadcast example of its documentation does.
//
// Its native add-on bufferutil, which its documentation recommends, is installed beside this file (the other one,
// utf-8-validate, is part of Node by now). Compression is off, as it is by default.
import { WebSocket, WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) });

server.on("connection", (socket) => {
  socket.on("error", console.error);
  socket.on("message", (data, isBinary) => {
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
    }
  });
});
