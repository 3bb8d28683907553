"""What is kept of where a request came from: keyed hashes of a network's first part and of a name, never themselves."""

import hmac
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from commons import keys

IPV4_PREFIX, IPV6_PREFIX = 24, 48


def network(request: HttpRequest) -> str:
    """The keyed hash of the /24 (IPv6: /48) that a request came from; empty if that cannot be told."""
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:
        return ""
    return network_of(address)


def network_of(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    prefix = IPV6_PREFIX if isinstance(parsed, IPv6Address) else IPV4_PREFIX
    return _prefix(str(ip_network((parsed, prefix), strict=False)))


@lru_cache(maxsize=2000)
def _prefix(network: str) -> str:
    return _hashed("network prefix", network)


def name(login: str) -> str:
    """The keyed hash of what somebody typed as their name."""
    return _hashed("failed name", login.strip().lower())


@lru_cache(maxsize=2000)
def device(token: str) -> str:
    """The keyed hash of a browser's random cookie."""
    return _hashed("device token", token, length=64)


def _hashed(use: str, text: str, *, length: int = 32) -> str:
    return hmac.digest(keys.derived(use), text.encode(), "sha256").hex()[:length]
