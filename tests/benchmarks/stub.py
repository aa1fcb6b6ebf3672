"""A server that answers every message at once, on the website channel's addresses and on Rasa's REST channel's.

Its moods: `well`; `silent`, no reply to messages after the first; `dead`, it ends at once.
"""

from __future__ import annotations

import sys

from aiohttp import web

said = 0


def speaks(mood: str) -> bool:
    """Whether the next message gets a reply."""
    global said  # noqa: PLW0603
    said += 1
    return mood == "well" or said == 1


def make_app(mood: str) -> web.Application:
    async def ready(_: web.Request) -> web.Response:
        return web.Response()

    async def session(_: web.Request) -> web.Response:
        return web.json_response({"token": "t", "expires": "2030-01-01"})

    async def message(request: web.Request) -> web.Response:
        if request.headers["Authorization"] != "Bearer t" or not (await request.json())["text"]:
            return web.Response(status=401)
        last = "event: reply\ndata: {}\n\nevent: done\ndata: {}\n\n" if speaks(mood) else "event: error\ndata: {}\n\n"
        return web.Response(text=f"event: status\ndata: {{}}\n\n{last}", content_type="text/event-stream")

    async def rest(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response([{"recipient_id": body["sender"], "text": body["message"]}] if speaks(mood) else [])

    app = web.Application()
    app.router.add_get("/ready", ready)
    app.router.add_post("/webhooks/website/session", session)
    app.router.add_post("/webhooks/website/messages", message)
    app.router.add_post("/webhooks/rest/webhook", rest)
    return app


if __name__ == "__main__":
    if sys.argv[2] == "dead":
        sys.exit(3)
    web.run_app(make_app(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), print=None)
