"""Django Channels with a group, on uvicorn: on its in-memory layer or, given a Redis, on one of channels_redis' two.

`PORT`, or `PORT core|pubsub REDIS`. As its documentation has it (Tutorial part 2, Channel Layers, Deploying), on the
faster of the servers it names. The in-memory layer is, by that documentation, for development and not for production:
who wants numbers of a production looks at the other two. A channel keeps 1,500 messages where a layer counts them, as
in channels_redis' own example, since the 100 of the default lose messages here sooner.
"""
# The library is not installed where this file is checked, only where it runs.
# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false

import sys

import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path

BACKENDS = {
    "memory": "channels.layers.InMemoryChannelLayer",
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
port, layer, *redis = *sys.argv[1:], *(("memory",) if len(sys.argv) == 2 else ())

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    CHANNEL_LAYERS={
        "default": {"BACKEND": BACKENDS[layer], "CONFIG": {"capacity": 1_500, **({"hosts": redis} if redis else {})}}
    },
)


class Relay(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("room", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send("room", {"type": "room.message", "text": text_data})

    async def room_message(self, event: dict[str, str]) -> None:
        await self.send(text_data=event["text"])


app = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter([path("", Relay.as_asgi())])})

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", lifespan="off")
