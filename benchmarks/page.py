"""The inbox page over HTTP, signed in, 50 rows, against the bare template.

The baseline renders the same template with ready data: no routing, no session, no
query. Target: at most 3 times its time.
"""

import time
from statistics import median
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import (
    ContextList,
    setup_test_environment,
    teardown_test_environment,
)

from benchmarks.world import fill

TARGET = 3.0


def run(*, quick: bool) -> dict[str, object]:
    messages, rounds = (20_000, 15) if quick else (1_000_000, 15)
    user = fill(messages=messages, accounts=20)
    client, context, template = _signed_in(user)
    ours, bare = [], []
    for _round in range(rounds):
        began = time.perf_counter()
        client.get("/")
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        render_to_string(template, context)
        bare.append(time.perf_counter() - began)
    ratio = median(ours) / median(bare)
    return {
        "ratio": round(ratio, 2),
        "target": TARGET,
        "ok": ratio <= TARGET,
        "detail": {
            "messages": messages,
            "page_ms": round(median(ours) * 1000, 2),
            "template_ms": round(median(bare) * 1000, 2),
        },
    }


def _signed_in(user: User) -> tuple[Client, dict[str, object], str]:
    client = Client(headers={"host": urlsplit(settings.INBOXHUB_URL).netloc})
    client.force_login(user)
    setup_test_environment()
    answer = client.get("/")
    teardown_test_environment()
    if answer.status_code != 200:
        raise SystemExit(f"the inbox answered {answer.status_code}")
    seen = cast("ContextList", answer.context)
    context = {name: seen[name] for name in seen.keys() - {"block", "forloop"}}
    return client, context, str(answer.templates[0].name)
