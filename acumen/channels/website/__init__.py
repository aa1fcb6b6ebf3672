"""The website channel: sessions that the server signs, messages answered as event streams, and the widget."""

from acumen.channels.website.channel import WebsiteChannel

__all__ = ["WebsiteChannel"]
