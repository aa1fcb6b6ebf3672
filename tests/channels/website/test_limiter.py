"""How often somebody may do something."""

from __future__ import annotations

import pytest

from acumen.channels.website import limiter
from acumen.channels.website.limiter import RateLimiter, network_of
from acumen.channels.website.refusals import RefusedError


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The limiter's clock."""
    clock = Clock()
    monkeypatch.setattr(limiter, "time", clock)
    return clock


def allowed(limiter: RateLimiter, key: str = "a") -> bool:
    """Whether one more use is allowed."""
    try:
        limiter.use(key)
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize("limit", [1, 2, 7, 60, 300])
def test_burst_of_the_whole_limit_is_allowed(limit: int, clock: Clock) -> None:
    """As many uses as a minute has are allowed at once, and not one more."""
    limiter = RateLimiter(limit)

    assert [allowed(limiter) for _ in range(limit + 1)] == [True] * limit + [False]


def test_refusal_says_when_to_try_again(clock: Clock) -> None:
    """Who waits as long as told is let in, once; who does not is not punished for trying."""
    limiter = RateLimiter(6)
    for _ in range(6):
        limiter.use("a")
    with pytest.raises(RefusedError) as refused:
        limiter.use("a")
    assert refused.value.retry_after == 10
    clock.now += 5
    assert not allowed(limiter)
    clock.now += 5

    assert [allowed(limiter), allowed(limiter)] == [True, False]


def test_keys_have_limits_of_their_own(clock: Clock) -> None:
    """One visitor's haste is no other's."""
    limiter = RateLimiter(1)

    assert [allowed(limiter, key) for key in "aba"] == [True, True, False]


def test_memory_is_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses come by, only those used last are remembered."""
    monkeypatch.setattr(limiter, "MOST_KEYS", 2)
    counted = RateLimiter(1)
    for key in "abc":
        counted.use(key)

    assert [allowed(counted, key) for key in "cba"] == [False, False, True]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("/run/acumen.sock", "/run/acumen.sock"),
    ],
)
def test_addresses_of_one_household_count_as_one(address: str, network: str) -> None:
    """An IPv6 network is one visitor, however many addresses it uses; every IPv4 address is its own."""
    assert network_of(address) == network
