"""python-telegram-bot: updates and limits as it has them, and what it makes of our requests."""

import datetime
import json
import sys

import telegram
from telegram.constants import FloodLimit, InlineKeyboardButtonLimit, MessageLimit

question = json.load(sys.stdin)
ada, now = telegram.User(9, "Ada", False), datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
chat = telegram.Chat(9, "private", first_name="Ada")
keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Does it hurt?", callback_data="token")]])


def message(**content):
    return telegram.Message(5, now, chat, from_user=ada, **content)


photo = (telegram.PhotoSize("id", "unique", 90, 67),)
shown = message(text="…", reply_markup=keyboard)
updates = {
    "text": telegram.Update(1, message=message(text="Does it hurt?")),
    "start": telegram.Update(2, message=message(text="/start clinic")),
    "caption": telegram.Update(3, message=message(photo=photo, caption="my arm")),
    "photo": telegram.Update(4, message=message(photo=photo)),
    "pressed": telegram.Update(5, callback_query=telegram.CallbackQuery("1", ada, "2", message=shown, data="token")),
    "edited": telegram.Update(6, edited_message=message(text="changed")),
    "pinned": telegram.Update(7, message=message(pinned_message=shown)),
}
answer = {
    "updates": {name: update.to_json() for name, update in updates.items()},
    "limits": {
        "text": MessageLimit.MAX_TEXT_LENGTH,
        "callback_data": InlineKeyboardButtonLimit.MAX_CALLBACK_DATA,
        "per_second": FloodLimit.MESSAGES_PER_SECOND,
        "per_second_and_chat": FloodLimit.MESSAGES_PER_SECOND_PER_CHAT,
    },
    "keyboards": [telegram.InlineKeyboardMarkup.de_json(each).to_dict() for each in question["keyboards"]],
    "read": [telegram.Update.de_json(json.loads(each)).effective_message is not None for each in question["updates"]],
}
json.dump(answer, sys.stdout)
