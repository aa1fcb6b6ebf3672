"""The vendors that the contract tests run for; a new channel adds its vendor here."""

from __future__ import annotations

from tests.channels.messaging.vendors.base import Vendor
from tests.channels.messaging.vendors.discord import DiscordVendor
from tests.channels.messaging.vendors.line import LineVendor
from tests.channels.messaging.vendors.matrix import MatrixVendor
from tests.channels.messaging.vendors.messenger import MessengerVendor
from tests.channels.messaging.vendors.slack import SlackVendor
from tests.channels.messaging.vendors.teams import TeamsVendor
from tests.channels.messaging.vendors.telegram import TelegramVendor
from tests.channels.messaging.vendors.twilio import TwilioSMSVendor, TwilioWhatsAppVendor
from tests.channels.messaging.vendors.whatsapp import WhatsAppVendor

VENDORS: tuple[Vendor, ...] = (
    DiscordVendor(),
    LineVendor(),
    MatrixVendor(),
    MessengerVendor(),
    SlackVendor(),
    TeamsVendor(),
    TelegramVendor(),
    TwilioSMSVendor(),
    TwilioWhatsAppVendor(),
    WhatsAppVendor(),
)
