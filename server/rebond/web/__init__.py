"""The edge: HTTP, WebSocket and the server that carries them. Translates; decides nothing about boards."""
