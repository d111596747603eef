"""People API: `/2/people/@me/@self` and `@friends`, scope `r_profile`."""

import zlib

from simulators.mixi.door import Call
from simulators.mixi.paging import page
from simulators.mixi.records import Person
from simulators.mixi.state import State

FRIENDS_COUNT, MOST_FRIENDS = 20, 1000
Json = dict[str, object]


def entry(state: State, person: Person) -> Json:
    """Return somebody as the API tells them; `id` and pictures never change."""
    return {
        "id": person.id,
        "displayName": person.display,
        "thumbnailUrl": thumbnail_url(state, person),
        "profileUrl": profile_url(state, person),
    }


def thumbnail_url(state: State, person: Person) -> str:
    """Return the address of somebody's picture."""
    number = zlib.crc32(person.picture.encode())
    return f"{state.origin}/photo/user/{person.id}_{number}.jpg"


def profile_url(state: State, person: Person) -> str:
    """Return the address that leads to somebody's page."""
    query = f"puid={person.id}&client_id={state.client.id}"
    return f"{state.origin}/redirect_friend_api.pl?{query}"


def myself(call: Call) -> Json:
    """Answer `@self`: `entry` is one object here, not a list."""
    return {
        "entry": entry(call.state, call.person),
        "startIndex": 0,
        "itemsPerPage": 1,
        "totalResults": 1,
    }


def friends(call: Call) -> Json:
    """Answer `@friends`, by name; the default of `count` is that of OpenSocial."""
    state = call.state
    found = sorted(
        (
            person
            for person in state.people.values()
            if state.are_friends(call.person.name, person.name) and not person.left
        ),
        key=lambda person: person.name,
    )
    return page(
        call,
        found,
        lambda person: entry(state, person),
        count=FRIENDS_COUNT,
        most=MOST_FRIENDS,
    )
