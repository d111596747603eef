"""What the host says about itself."""

from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.pack.moments import iso
from simulators.misskey.params import FLAG, PAGING

Json = dict[str, object]


def meta(call: Call) -> Json:
    """Answer `meta`; the two forms differ in details that nobody here needs."""
    state = call.state
    packed: Json = {
        key: f"{state.origin}/proxy" if key == "mediaProxy" else value
        for key, value in state.profile.shapes["meta"].items()
    }
    packed |= {"uri": state.uri, "name": state.name}
    packed["iconUrl"] = f"{state.origin}/static-assets/icon.webp"
    packed["themeColor"] = "#86b300"
    if "federation" in packed:
        packed["federation"] = "all"
    return packed


def endpoints(call: Call) -> list[str]:
    """Answer `endpoints`: the names of all there are."""
    return list(call.state.profile.endpoint_list)


def ping(call: Call) -> Json:
    """Answer `ping` with the host's clock."""
    return {"pong": call.state.now}


def emojis(call: Call) -> Json:
    """Answer `emojis`: the custom emojis of this host."""
    state = call.state
    rows: list[Json] = [
        {
            "aliases": [""],
            "name": name,
            "category": None,
            "url": f"{state.origin}/emoji/{name}.webp",
        }
        for name in state.emojis
    ]
    return {"emojis": rows}


def announcements(call: Call) -> list[Json]:
    """Answer `announcements`, newest first."""
    rows = sorted(call.state.announcements.values(), key=lambda row: row.id)
    packed: list[Json] = []
    for row in reversed(rows):
        item: Json = {
            "id": row.id,
            "createdAt": iso(row.created),
            "updatedAt": None,
            "title": row.title,
            "text": row.text,
            "imageUrl": None,
        }
        if call.state.profile.modern:
            item |= {
                "icon": "info",
                "display": "normal",
                "forYou": False,
                "needConfirmationToRead": False,
                "silence": False,
            }
        if call.caller:
            item["isRead"] = call.caller.id in row.read_by
        packed.append(item)
    return packed[: call.params.integer("limit", 10)]


ENDPOINTS = {
    "meta": Endpoint(meta, {"detail": FLAG}, credential=False),
    "endpoints": Endpoint(endpoints, credential=False),
    "ping": Endpoint(ping, credential=False),
    "emojis": Endpoint(emojis, credential=False),
    "announcements": Endpoint(
        announcements, {**PAGING, "isActive": FLAG}, credential=False
    ),
}
