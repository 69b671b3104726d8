// Socket.IO 4 on Node, alone: an event from one socket is emitted to all.
import { Server } from "socket.io";

const server = new Server();

server.on("connection", (socket) => {
  socket.on("message", (message) => server.emit("message", message));
});

server.listen(Number(process.argv[2]));
