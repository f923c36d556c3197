"""Outbound HTTP to addresses that people type in, so that it cannot be turned against the inside network.

The name is resolved once, every address it has must be a public one, or one that the settings allow, and the call goes
to the address that was looked at: a name that means another machine a moment later changes nothing. No redirect is
followed, no proxy of the environment is used, an answer is read up to a limit, and the whole call has a time limit.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CALL_S = 10.0
"""Seconds a call may take in all, from looking up the name to the end of the answer."""
ANSWER_BYTES = 4096
"""As much of an answer is read, if no more is asked for; what follows is left."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NetError(Exception):
    """A call to another machine failed. The message says why."""

    code = "net-error"
    retry = False


class AddressRefused(NetError):
    """The address is not one we call: not HTTPS, with a password in it, or inside the network and not allowed."""

    code = "address-refused"


class NoAnswer(NetError):
    """The other end cannot be reached, or does not answer in time."""

    code = "no-answer"
    retry = True


@dataclass(frozen=True)
class Request:
    """A call to be made."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What the other end said, and the first part of its body; names of headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def call(
    request: Request,
    allow: Sequence[Network],
    timeout_s: float = CALL_S,
    ca_file: str = "",
    answer_bytes: int = ANSWER_BYTES,
) -> Reply:
    """Make a call and read what is said.

    Args:
        allow: networks inside that may be called all the same, there also without TLS.
        ca_file: certificates to trust beside those of the system.
        answer_bytes: as much of the answer is read; what follows is left.

    Raises:
        AddressRefused: the address is not one we call.
        NoAnswer: the other end does not answer in time.
    """
    target = checked_url(request.url)
    try:
        return asyncio.run(_within(timeout_s, target, request, allow, _trusted(ca_file), answer_bytes))
    except TimeoutError:
        raise NoAnswer(f"{target.host} did not answer within {timeout_s:g} s") from None
    except (httpx.HTTPError, OSError, UnicodeError) as error:
        raise NoAnswer(f"{target.host} cannot be reached: {error or type(error).__name__}") from None


def checked_url(url: str) -> httpx.URL:
    """The address, if its form is one we call.

    Raises:
        AddressRefused: it is not.
    """
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise AddressRefused("this is no address of the web") from None
    if target.scheme not in ("https", "http") or not target.host:
        raise AddressRefused("an address starts with https://")
    if target.userinfo:
        raise AddressRefused("user and password have no place in an address")
    return target


def _trusted(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


async def _within(
    timeout_s: float,
    target: httpx.URL,
    request: Request,
    allow: Sequence[Network],
    trusted: ssl.SSLContext,
    answer_bytes: int,
) -> Reply:
    async with asyncio.timeout(timeout_s):
        address = await _resolved(target, allow)
        to_address = target.copy_with(host=str(address))
        sent = {**request.headers, "Host": target.netloc.decode("ascii")}
        async with (
            httpx.AsyncClient(verify=trusted, trust_env=False, follow_redirects=False, timeout=timeout_s) as client,
            client.stream(
                request.method,
                to_address,
                content=request.body,
                headers=sent,
                extensions={"sni_hostname": target.host},
            ) as response,
        ):
            read = b""
            async for part in response.aiter_raw():
                read += part
                if len(read) >= answer_bytes:
                    break
            return Reply(response.status_code, read[:answer_bytes], dict(response.headers))


async def _resolved(target: httpx.URL, allow: Sequence[Network]) -> Address:
    port = target.port or (443 if target.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(target.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        is_allowed = any(address in network for network in allow)
        if not is_allowed and not is_public(address):
            raise AddressRefused(
                f"{target.host} is {address}, inside the network: name it under [outbound] allow in the settings if it "
                f"is to be called"
            )
        if target.scheme == "http" and not is_allowed:
            raise AddressRefused(f"{target.host} is called over https:// only")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address is anybody's, and not one of the machines around us, in whatever disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
    return address.is_global and not address.is_multicast
