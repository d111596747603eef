"""Whom an answer goes to: as rows tell, as the form said, and as the host said instead."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from inboxhub.networks.writing import Audience
from messaging.drafts.offered import narrowed, visibilities, writing_of
from messaging.models import Draft

CHANGED = "audience-changed"
"""The code why it is not sent to others than the person was shown."""


def audience(draft: Draft) -> Audience | None:
    """As a form shows it; None for a new message, whose people are chosen."""
    if draft.answers is None:
        return None
    match _told(draft):
        case None:
            return Audience(1, visibility(draft))
        case int(people):
            return Audience(people, visibility(draft))
        case handles:
            return Audience(len(handles), visibility(draft), handles)


def is_sure(draft: Draft) -> bool:
    """Whether its audience is known: some messages are older than our knowing it."""
    return writing_of(draft).people <= 1 or _told(draft) is not None


def visibility(draft: Draft) -> str:
    """What is chosen; by default the same as the answered, or the narrowest.

    The narrowest, too, where the answered is for its author's followers.
    """
    answers, offered = draft.answers, visibilities(draft)
    if draft.visibility:
        return draft.visibility
    if preset := narrowed(draft):
        return preset
    if answers is None:
        return offered[0] if offered else ""
    host_said = draft.told.get("visibility") if draft.told else ""
    by_itself = "chat" if answers.source == "chat" else ""
    return host_said or answers.visibility or by_itself


def outgrown(draft: Draft) -> bool:
    """Whether, by what was stored since, it would reach others than the person saw."""
    now, shown = audience(draft), opened(draft.shown)
    if now is None or shown is None:
        return False
    return now.exceeds(shown, writing_of(draft).visibilities)


def stored(of: Audience | None) -> dict[str, object] | None:
    """As a draft's row keeps it."""
    if of is None:
        return None
    return asdict(of)


def opened(kept: Mapping[str, Any] | None) -> Audience | None:
    if not kept:
        return None
    return Audience(**kept)


def _told(draft: Draft) -> Mapping[str, str] | int | None:
    """Of the host, the last time that it was asked; None when it never told."""
    extra = draft.answers.extra if draft.answers else {}
    told = extra.get("audience") if isinstance(extra, dict) else None
    if draft.told:
        told = draft.told["handles"] or draft.told["people"]
    return told if isinstance(told, dict | int) else None
