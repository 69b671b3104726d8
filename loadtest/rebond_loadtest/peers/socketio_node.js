// Socket.IO 4 on Node: an event from one socket is emitted to all; given the address of a Redis, through its Redis
// adapter, so that several such programs are one room.
//
// As its documentation has it: "Redis adapter" recommends the sharded one for new developments, and ioredis, whose
// subscriptions come back after a lost connection; "Performance tuning" recommends ws's native add-on bufferutil, which is
// installed beside this file (its other one, utf-8-validate, is part of Node by now). Compression is off, as it is by
// default.
import { createServer } from "node:http";

import { createShardedAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";

const [port, redis] = process.argv.slice(2);
const http = createServer();
const server = new Server(http);

if (redis) {
  const publishing = new Redis(redis);
  server.adapter(createShardedAdapter(publishing, publishing.duplicate()));
}

server.on("connection", (socket) => {
  socket.on("message", (message) => server.emit("message", message));
});

http.listen(Number(port), "127.0.0.1");
