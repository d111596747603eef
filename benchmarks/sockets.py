"""What a connection costs: to a network, and to a browser.

`streams` holds simulated accounts on hosts behind TLS, `serve` holds browsers' sockets.
Memory per socket is the growth between a few and many, beside that of bare programs
which hold the same connections: a `websockets` client as it comes, and channels'
consumer with a layer in memory and nothing else. Targets: at most 100 KiB for an
account's connection, at most 1.5 times the bare consumer for a browser's, and at most
0.02 cores for 500 accounts of which nothing is heard. The full run measures 500 of
both; the quick one measures 250 and says what 500 would be.
"""

import asyncio
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from websockets.asyncio.client import connect

from accounts.models import Account
from benchmarks.processes import Program, free_ports, pause, program, wait_until
from benchmarks.world import make_accounts
from tests.lib.certificates import Authority

RATIO, UPSTREAM_KIB, IDLE_CORES = 1.5, 100, 0.02
FEW, MOST = 10, 500
HOSTS = 20
TABS = 25  # sockets of one person
SETTLED = 6.0  # seconds: all that happens every five has happened
CONNECTED = Account.objects.exclude(stream_open_at=None)


def run(*, quick: bool) -> dict[str, object]:
    many, idle = (250, 5.0) if quick else (MOST, 30.0)
    with ExitStack() as stack:
        ports = [str(port) for port in free_ports(HOSTS)]
        authority = Authority(settings.VAR)
        pem = _certificate(authority)
        words = ("-m", "benchmarks.bare", "upstream", str(pem), *ports)
        stack.enter_context(program(*words, ready="ready"))
        upstream = _upstream(authority, ports, many, idle)
        bare_client = _bare_clients(authority, ports, many)
    browser, browsers_idle = _browsers(many, idle)
    bare = _bare_browsers(many)
    ratio = browser / bare
    at_most = upstream["idle_at_500"]
    fits = ratio <= RATIO and upstream["kib"] <= UPSTREAM_KIB and at_most <= IDLE_CORES
    return {
        "ratio": round(ratio, 2),
        "target": RATIO,
        "ok": fits,
        "detail": {
            "sockets": many,
            "upstream_kib": round(upstream["kib"], 1),
            "upstream_target_kib": UPSTREAM_KIB,
            "upstream_bare_kib": round(bare_client, 1),
            "browser_kib": round(browser, 1),
            "browser_bare_kib": round(bare, 1),
            "idle_cores": round(upstream["idle"], 4),
            "idle_cores_500": round(at_most, 4),
            "idle_target": IDLE_CORES,
            "idle_cores_browsers": round(browsers_idle, 4),
            "streams_mib": round(upstream["mib"], 1),
            "streams_mib_500": round(upstream["mib_at_500"], 1),
        },
    }


# --- Connections to networks ----------------------------------------------------------


def _certificate(authority: Authority) -> Path:
    known = set(authority.folder.glob("*.pem"))
    authority.server("127.0.0.1")
    (made,) = set(authority.folder.glob("*.pem")) - known
    return made


def _upstream(
    authority: Authority, ports: list[str], many: int, idle: float
) -> dict[str, float]:
    """Memory of a connection, and the processor's share while all are silent."""
    _make_accounts(ports, many)
    variables = {
        "INBOXHUB_PRIVATE_HOSTS": ",".join(
            f"https://127.0.0.1:{port}" for port in ports
        ),
        "INBOXHUB_CA_FILE": str(authority.file),
    }
    words = ("manage.py", "streams")
    with program(*words, ready="Listening", **variables) as streams:
        few_kib = _settled(streams, FEW)
        few_load = streams.load(idle)
        Account.objects.update(status=Account.Status.ACTIVE)
        many_kib = _settled(streams, many)
        many_load = streams.load(idle)
    kib = (many_kib - few_kib) / (many - FEW)
    per_account = max(0.0, many_load - few_load) / (many - FEW)
    return {
        "kib": kib,
        "idle": many_load,
        "idle_at_500": many_load + per_account * (MOST - many),
        "mib": many_kib / 1024,
        "mib_at_500": (many_kib + kib * (MOST - many)) / 1024,
    }


def _settled(streams: Program, number: int) -> int:
    """Its memory once so many are connected, and a moment has passed."""
    wait_until(lambda: CONNECTED.count() == number)
    pause(SETTLED)
    return streams.kibibytes()


def _make_accounts(ports: list[str], number: int) -> None:
    """Accounts of one user, of which a few are active."""
    for place, account in enumerate(make_accounts(number)):
        account.host = f"127.0.0.1:{ports[place % len(ports)]}"
        account.remote_id = f"benchuser{place:04}"
        account.credentials = {"token": "A" * 32}
        facts = {"id": account.remote_id, "version": "2025.12.0", "chat": "chat"}
        account.capabilities = {"facts": {**facts, "domain": account.host}}
        active = place < FEW
        account.status = Account.Status.ACTIVE if active else Account.Status.PAUSED
        account.save()


def _bare_clients(authority: Authority, ports: list[str], many: int) -> float:
    sizes = []
    for number in (FEW, many):
        words = ("-m", "benchmarks.bare", "clients", str(authority.file), str(number))
        with program(*words, *ports, ready="ready") as clients:
            pause(1)
            sizes.append(clients.kibibytes())
    return (sizes[1] - sizes[0]) / (many - FEW)


# --- Browsers' sockets ----------------------------------------------------------------


def _browsers(many: int, idle: float) -> tuple[float, float]:
    (port,) = free_ports(1)
    url = f"http://localhost:{port}"
    people = [_signed_in(number) for number in range(-(-many // TABS))]
    headers = [{"Origin": url, "Cookie": f"sessionid={key}"} for key in people]
    words = ("manage.py", "serve", "--no-background", "--port", str(port))
    with program(*words, ready="Open", INBOXHUB_URL=url) as server:
        return asyncio.run(_grow(server, port, headers, '{"hello": 0}', many, idle))


def _bare_browsers(many: int) -> float:
    (port,) = free_ports(1)
    words = ("-m", "benchmarks.bare_consumer", str(port))
    with program(*words, ready="ready") as server:
        return asyncio.run(_grow(server, port, [{}], "", many, 0))[0]


def _signed_in(number: int) -> str:
    """The session's key of one more person."""
    client = Client()
    client.force_login(User.objects.create_user(f"reader{number}"))
    return client.cookies["sessionid"].value


async def _grow(
    server: Program,
    port: int,
    people: list[dict[str, str]],
    hello: str,
    many: int,
    idle: float,
) -> tuple[float, float]:
    """Memory of a socket, and the processor's share of `many` silent ones."""
    sizes = []
    async with AsyncExitStack() as stack:
        for start, end in ((0, FEW), (FEW, many)):
            for place in range(start, end):
                opening = connect(
                    f"ws://localhost:{port}/ws/",
                    additional_headers=people[place % len(people)],
                    proxy=None,
                    compression=None,
                    ping_interval=None,
                )
                connection = await stack.enter_async_context(opening)
                if hello:
                    await connection.send(hello)
            await asyncio.sleep(SETTLED)
            sizes.append(server.kibibytes())
        busy = await asyncio.to_thread(server.load, idle) if idle else 0.0
    return (sizes[1] - sizes[0]) / (many - FEW), busy
