"""OAuth 2 as rows: consents become codes, codes become tokens, tokens are refreshed.

RFC 6749 sections 4.1 and 6; where mixi's own documents differ or say nothing, a switch
of `Silences` decides.
"""

import json
from collections.abc import Mapping

from simulators.mixi.errors import Refusal, invalid_request
from simulators.mixi.records import AccessToken, Code, Consent, RefreshToken
from simulators.mixi.state import State

SCOPES = {
    "r_profile": ("Read your profile", "プロフィール情報の取得"),
    "r_message": ("Read your messages", "メッセージの取得"),
    "w_message": ("Send and change messages", "メッセージの送信・変更・削除"),
}
SERVER_STATE_SECONDS = 600
Json = dict[str, object]


def granted(state: State, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the scopes of those asked for that this mixi grants."""
    withheld = state.silences.withheld.split()
    return tuple(scope for scope in asked if scope not in withheld)


def new_server_state(state: State) -> str:
    """Make a word that a program shows again on its way, against forged requests."""
    word = state.word(32)
    state.server_states[word] = state.now + SERVER_STATE_SECONDS
    return word


def new_code(state: State, consent: Consent) -> str:
    """Make the code that a consent is fetched with."""
    word = state.word(40)
    state.codes[word] = Code(consent, state.now + state.silences.code_seconds)
    return word


def trade_code(state: State, given: Mapping[str, str]) -> Json:
    """Return the token answer for a code; it is good for once."""
    word, redirect_uri = given.get("code", ""), given.get("redirect_uri", "")
    if not word or not redirect_uri:
        raise invalid_request("code and redirect_uri are required", 400)
    code = state.codes.get(word)
    if code is None or code.until < state.now:
        raise Refusal("invalid_grant", "the code is unknown or expired", 400)
    if code.used:
        if state.silences.reused_code_ends_tokens:
            end_family(state, code.family)
        raise Refusal("invalid_grant", "the code has been used", 400)
    if redirect_uri != code.consent.redirect_uri:
        raise Refusal("invalid_grant", "redirect_uri is not the registered one", 400)
    if given.get("server_state", "") != code.consent.server_state:
        raise Refusal("invalid_grant", "server_state does not match", 400)
    code.used = True
    if state.silences.new_code_ends_old_tokens:
        revoke(state, code.consent.person)
    code.family = _new_family(state)
    return issue(state, code.consent, code.family)


def issue(state: State, consent: Consent, family: int = 0) -> Json:
    """Make a pair of tokens and return the answer that tells them."""
    family = family or _new_family(state)
    answer = _new_access(state, consent.person, consent.scopes, family)
    answer["refresh_token"] = _new_refresh(state, consent, family).word
    return answer


def renew(state: State, given: Mapping[str, str]) -> Json:
    """Return the token answer for a refresh token."""
    word = given.get("refresh_token", "")
    if not word:
        raise invalid_request("refresh_token is required", 400)
    old = state.refresh.get(word)
    if old is None or old.until < state.now:
        raise Refusal("invalid_grant", "the refresh token is unknown or expired", 400)
    scopes = _narrowed(old.consent.scopes, given.get("scope", ""))
    if state.silences.refreshing_ends_access:
        _end_access(state, old.family)
    answer = _new_access(state, old.consent.person, scopes, old.family)
    match state.silences.rotation:
        case "rotate":
            del state.refresh[word]
            answer["refresh_token"] = _new_refresh(state, old.consent, old.family).word
        case "grace":
            answer["refresh_token"] = _new_refresh(state, old.consent, old.family).word
        case "keep":
            answer["refresh_token"] = word
        case "absent":
            pass
    return answer


def _narrowed(held: tuple[str, ...], written: str) -> tuple[str, ...]:
    asked = tuple(written.split())
    if not set(asked) <= set(held):
        raise Refusal("invalid_scope", "more than was granted", 400)
    return asked or held


def _new_family(state: State) -> int:
    state.families += 1
    return state.families


def _new_access(
    state: State, person: str, scopes: tuple[str, ...], family: int
) -> Json:
    seconds = state.silences.access_seconds
    token = AccessToken(state.word(64), person, scopes, state.now + seconds, family)
    state.access[token.word] = token
    answer: Json = {"access_token": token.word}
    match state.silences.expires_in:
        case "number":
            answer["expires_in"] = seconds
        case "text":
            answer["expires_in"] = str(seconds)
        case "absent":
            pass
        case told:
            answer["expires_in"] = json.loads(told)
    if state.silences.scheme_told:
        answer["token_type"] = state.silences.scheme_told
    if state.silences.scope_told:
        answer["scope"] = " ".join(scopes)
    return answer


def _new_refresh(state: State, consent: Consent, family: int) -> RefreshToken:
    silences = state.silences
    seconds = (
        silences.refresh_seconds_always
        if consent.always
        else silences.refresh_seconds_once
    )
    token = RefreshToken(state.word(64), consent, state.now + seconds, family)
    state.refresh[token.word] = token
    return token


def _end_access(state: State, family: int) -> None:
    for word in [row.word for row in state.access.values() if row.family == family]:
        del state.access[word]


def end_family(state: State, family: int) -> None:
    """Take away all tokens that come from one consent."""
    _end_access(state, family)
    for word in [row.word for row in state.refresh.values() if row.family == family]:
        del state.refresh[word]


def revoke(state: State, person: str) -> None:
    """Take away everything that a person allowed, as mixi's settings page does."""
    tokens = [*state.access.values()]
    families = {row.family for row in tokens if row.person == person}
    kept = [*state.refresh.values()]
    families |= {row.family for row in kept if row.consent.person == person}
    for family in families:
        end_family(state, family)


def expire(state: State, person: str) -> None:
    """Let all access tokens of a person run out now; refresh tokens live on."""
    for token in state.access.values():
        if token.person == person:
            token.until = state.now - 1


def expire_refresh(state: State, person: str) -> None:
    """Let all refresh tokens of a person run out now."""
    for token in state.refresh.values():
        if token.consent.person == person:
            token.until = state.now - 1
