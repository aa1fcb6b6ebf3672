"""A patient who uses matrix-nio: does what each line of its input says, and prints a line for each.

`invite` asks the bot for a chat of two, `group` for one that is none, `say` writes, `raw` sends any event,
`wait` gives all that the bot has written once it is so many messages, `member` the bot's membership once it is that.
"""

import asyncio
import json
import sys

from nio import AsyncClient, RoomMessageText


class Patient:
    def __init__(self, homeserver, bot):
        self.client = AsyncClient(homeserver, "@ada:clinic.example")
        self.bot = bot
        self.room = ""
        self.read = []
        self.client.add_event_callback(self.on_message, RoomMessageText)

    async def on_message(self, room, event):
        if event.sender == self.bot:
            content = event.source["content"]
            self.read.append([content["body"], content["formatted_body"]])

    async def sync(self):
        await self.client.sync(timeout=500)
        await asyncio.sleep(0.1)

    async def do_register(self):
        await self.client.register("ada", "a long password")

    async def do_invite(self):
        return await self.invite(is_direct=True)

    async def do_group(self):
        return await self.invite(is_direct=False)

    async def invite(self, is_direct):
        answer = await self.client.room_create(is_direct=is_direct, invite=[self.bot])
        self.room = answer.room_id
        return self.room

    async def do_say(self, text):
        return await self.do_raw("m.room.message", {"msgtype": "m.text", "body": text})

    async def do_raw(self, kind, content):
        answer = await self.client.room_send(self.room, kind, content)
        return answer.event_id

    async def do_wait(self, count):
        while len(self.read) < count:
            await self.sync()
        return self.read

    async def do_member(self, membership):
        while True:
            answer = await self.client.room_get_state_event(self.room, "m.room.member", self.bot)
            if getattr(answer, "content", {}).get("membership") == membership:
                return membership
            await asyncio.sleep(0.1)


async def main():
    patient = Patient(*sys.argv[1:])
    while line := await asyncio.to_thread(sys.stdin.readline):
        action, arguments = json.loads(line)
        answer = await getattr(patient, f"do_{action}")(*arguments)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await patient.client.close()


asyncio.run(main())
