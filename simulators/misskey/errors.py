"""The errors that Misskey's API answers with: code, text, id and status as recorded."""

from dataclasses import dataclass, field
from uuid import uuid4

REALM = 'Bearer realm="Misskey"'


@dataclass(slots=True)
class ApiError(Exception):
    """A refusal; `challenge` is the word of the WWW-Authenticate header, if any."""

    status: int
    code: str
    message: str
    id: str
    kind: str = "client"
    info: dict[str, object] | None = None
    challenge: str | None = "invalid_request"
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self) -> dict[str, object]:
        """Return the JSON body."""
        error: dict[str, object] = {
            "message": self.message,
            "code": self.code,
            "id": self.id,
            "kind": self.kind,
        }
        if self.info is not None:
            error["info"] = self.info
        return {"error": error}

    def authenticate_header(self) -> str | None:
        """Return the WWW-Authenticate header that modern versions send along."""
        if self.challenge is None:
            return None
        if not self.challenge:
            return REALM
        return f'{REALM}, error="{self.challenge}", error_description="{self.message}"'


_TEXTS = {
    "NO_SUCH_NOTE": "No such note.",
    "NO_SUCH_USER": "No such user.",
    "NO_SUCH_MESSAGE": "No such message.",
    "NO_SUCH_ROOM": "No such room.",
    "NO_SUCH_FILE": "Some files are not found.",
    "NO_SUCH_NOTIFICATION": "No such notification.",
    "NO_SUCH_REPLY_TARGET": "No such reply target.",
    "NO_SUCH_RENOTE_TARGET": "No such renote target.",
    "NO_SUCH_INVITATION": "No such invitation.",
    "NO_SUCH_GROUP": "No such group.",
    "NO_SUCH_ANNOUNCEMENT": "No such announcement.",
    "NO_FOLLOW_REQUEST": "No follow request.",
    "ACCESS_DENIED": "Access denied.",
    "ALREADY_REACTED": "You are already reacting to that note.",
    "NOT_REACTED": "You are not reacting to that note.",
    "CANNOT_REACT_TO_RENOTE": "You cannot react to Renote.",
    "CANNOT_REPLY_TO_A_PURE_RENOTE": "You can not reply to a pure Renote.",
    "CANNOT_REPLY_TO_AN_INVISIBLE_NOTE": "You cannot reply to an invisible Note.",
    "CANNOT_RENOTE_TO_A_PURE_RENOTE": "You can not Renote a pure Renote.",
    "CANNOT_RENOTE_DUE_TO_VISIBILITY": ("You can not Renote due to target visibility."),
    "CANNOT_REPLY_TO_SPECIFIED_VISIBILITY_NOTE_WITH_EXTENDED_VISIBILITY": (
        "You cannot reply to a specified visibility note with extended visibility."
    ),
    "CONTAINS_TOO_MANY_MENTIONS": (
        "Cannot post because it exceeds the allowed number of mentions."
    ),
    "CONTAINS_PROHIBITED_WORDS": ("Cannot post because it contains prohibited words."),
    "INVALID_FILE_NAME": "Invalid file name.",
    "CONTENT_REQUIRED": "Content required. You need to set text or fileId.",
    "RECIPIENT_IS_YOURSELF": "You can not send a message to yourself.",
    "YOU_HAVE_BEEN_BLOCKED": "You have been blocked by this user.",
    "BOTH_WITH_REPLIES_AND_WITH_FILES": (
        "Specifying both withReplies and withFiles is not supported"
    ),
}


def refusal(
    code: str, error_id: str, *, message: str = "", status: int = 400
) -> ApiError:
    """Return an endpoint's own refusal; each endpoint has an id of its own for it."""
    return ApiError(status, code, message or _TEXTS[code], error_id)


def invalid_param(param: str, reason: str) -> ApiError:
    """Return the answer to a body that does not fit the endpoint's schema."""
    error = ApiError(
        400, "INVALID_PARAM", "Invalid param.", "3d81ceae-475f-4600-b2a8-2bc116157532"
    )
    error.info = {"param": param, "reason": reason}
    return error


def internal(message: str, error_id: str, *, code: str = "Error") -> ApiError:
    """Return the 500 that also stands for some refusals, with the reason inside."""
    return ApiError(
        500,
        "INTERNAL_ERROR",
        "Internal error occurred. Please contact us if the error persists.",
        "5d37dbcb-891e-41ca-a3d6-e690c97775ac",
        kind="server",
        info={"e": {"message": message, "code": code, "id": error_id}},
        challenge=None,
    )


def no_row(kind: str) -> ApiError:
    """Return the 500 of what the host looked for in its tables and did not find."""
    message = f'Could not find any entity of type "{kind}" matching the criteria'
    return internal(message, str(uuid4()), code="EntityNotFoundError")


def broken_text() -> ApiError:
    """Return the 500 of a text with U+0000 in it, which no table takes."""
    message = 'invalid byte sequence for encoding "UTF8": 0x00'
    return internal(message, str(uuid4()), code="QueryFailedError")


def wrong_token(*, modern: bool) -> ApiError:
    """Return the answer to a token that nobody holds: 401, before 13 a 403."""
    return ApiError(
        401 if modern else 403,
        "AUTHENTICATION_FAILED",
        "Authentication failed. Please ensure your token is correct.",
        "b0a7f5f8-dc2f-4171-b91f-de88ad238e14",
        challenge="invalid_token",
    )


def no_token() -> ApiError:
    """Return the answer where a token is needed and none came."""
    return ApiError(
        401,
        "CREDENTIAL_REQUIRED",
        "Credential required.",
        "1384574d-a912-4b81-8601-c7b1c4085df1",
        challenge="",
    )


def no_permission(*, modern: bool) -> ApiError:
    """Return the answer to a token without the endpoint's permission."""
    return ApiError(
        403 if modern else 400,
        "PERMISSION_DENIED",
        "Your app does not have the necessary permissions to use this endpoint.",
        "1370e5b7-d4eb-4566-bb1d-7748ee6a1838",
        kind="permission" if modern else "client",
        challenge="insufficient_scope",
    )


def secure_endpoint() -> ApiError:
    """Return the answer of endpoints that only the native token opens."""
    return refusal("ACCESS_DENIED", "56f35758-7dd5-468b-8439-5d6fb8ec9b8e")


def suspended() -> ApiError:
    """Return the answer to a suspended person's token."""
    return ApiError(
        403,
        "YOUR_ACCOUNT_SUSPENDED",
        "Your account has been suspended.",
        "a8c724b3-6e9c-4b46-b1a8-bc3ed6258370",
        kind="permission",
        challenge=None,
    )


def unknown_endpoint() -> ApiError:
    """Return the answer to a GET of an endpoint that does not exist."""
    return ApiError(
        404,
        "UNKNOWN_API_ENDPOINT",
        "Unknown API endpoint.",
        "2ca3b769-540a-4f08-9dd5-b5a825b6d0f1",
        challenge=None,
    )


def too_many(until: int, total: int, seconds: int, *, modern: bool) -> ApiError:
    """Return the 429; before 2024.5 it says neither how long nor how many."""
    error = ApiError(
        429,
        "RATE_LIMIT_EXCEEDED",
        "Rate limit exceeded. Please try again later.",
        "d5826d14-3982-4d2e-8011-b9e9f02499ef",
        challenge=None,
    )
    if modern:
        error.info = {
            "remaining": 0,
            "reset": until // 1000,
            "resetMs": until,
            "total": total,
        }
        error.headers["Retry-After"] = str(seconds)
    return error
