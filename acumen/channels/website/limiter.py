"""How often somebody may do something."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from threading import Lock

from acumen.channels.website.refusals import RefusedError

PERIOD = 60.0
MOST_KEYS = 10_000
ROUNDING = 1e-6
# One household or phone has a network of this size to itself, with 2**64 addresses.
IPV6_NETWORK = 64


class RateLimiter:
    """Allows `limit` uses a minute for each key; a burst of as many is fine.

    One number a key is kept: when its allowance will be whole again.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._interval = PERIOD / limit
        self._whole_at: OrderedDict[str, float] = OrderedDict()
        # Messages are counted in the database's threads.
        self._counting = Lock()

    def use(self, key: str) -> None:
        """Count one use.

        Raises:
            RefusedError: `too_many`, with the seconds until the next use is allowed.
        """
        with self._counting:
            self._use(key)

    def _use(self, key: str) -> None:
        now = time.monotonic()
        whole_at = max(self._whole_at.get(key, now), now)
        wait = whole_at - now - self._interval * (self._limit - 1)
        if wait > ROUNDING:
            raise RefusedError("too_many", retry_after=math.ceil(wait))
        self._whole_at[key] = whole_at + self._interval
        self._whole_at.move_to_end(key)
        if len(self._whole_at) > MOST_KEYS:
            self._whole_at.popitem(last=False)


def network_of(address: str) -> str:
    """What of an address stands for one visitor: all of it, or an IPv6 network."""
    try:
        parsed = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> (128 - IPV6_NETWORK) << (128 - IPV6_NETWORK)))
    return str(parsed)
