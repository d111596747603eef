"""Files: uploading one, listing one's own."""

import io

from PIL import Image, UnidentifiedImageError

from simulators.misskey import filing
from simulators.misskey.calls import Call, Endpoint
from simulators.misskey.errors import ApiError, refusal
from simulators.misskey.pack import users
from simulators.misskey.params import ID, PAGING, Rule

Json = dict[str, object]
LONGEST_NAME, LONGEST_COMMENT = 200, 512


def create(call: Call) -> Json:
    """Answer `drive/files/create`, multipart; without a file a bare 400."""
    params = call.params
    if call.upload is None:
        raise NoFile
    name = (params.maybe("name") or call.upload.name).strip() or "untitled"
    if len(name) > LONGEST_NAME or any(part in name for part in ("\\", "/", "..")):
        raise refusal("INVALID_FILE_NAME", "f449b209-0c60-4e51-84d5-29486263bfd4")
    row = filing.keep(
        call.state, call.user, name, call.upload.mime, call.upload.content
    )
    row.comment = params.maybe("comment")
    row.sensitive = params.maybe("isSensitive") == "true"
    try:
        with Image.open(io.BytesIO(row.content)) as picture:
            row.width, row.height = picture.size
    except UnidentifiedImageError:
        row.width = row.height = 0
    return users.file(call.state, row, in_note=False)


class NoFile(ApiError):
    """A multipart body without a file: 400 without any body."""

    def __init__(self) -> None:
        super().__init__(400, "", "", "", challenge=None)


def delete(call: Call) -> None:
    """Answer `drive/files/delete` for one's own file; notes keep its empty place."""
    row = call.state.files.get(call.params.text("fileId"))
    if row is None:
        raise refusal(
            "NO_SUCH_FILE",
            "908939ec-e52b-4458-b395-1025195cea58",
            message="No such file.",
        )
    if row.user_id != call.user.id:
        raise refusal("ACCESS_DENIED", "5eb8d909-2540-4970-90b8-dd6f86088121")
    del call.state.files[row.id]


def listing(call: Call) -> list[Json]:
    """Answer `drive/files`, newest first."""
    state, params = call.state, call.params
    until, since = params.maybe("untilId"), params.maybe("sinceId")
    rows = [
        row
        for row in state.files.values()
        if row.user_id == call.user.id
        and (until is None or row.id < until)
        and (since is None or row.id > since)
    ]
    rows.sort(key=lambda row: row.id, reverse=since is None)
    limit = params.integer("limit", 10)
    return [users.file(state, row, in_note=False) for row in rows[:limit]]


def show(call: Call) -> Json:
    """Answer `drive/files/show` for one's own file."""
    row = call.state.files.get(call.params.text("fileId"))
    if row is None:
        raise refusal(
            "NO_SUCH_FILE",
            "067bc436-2718-4795-b0fb-ecbe43949e31",
            message="No such file.",
        )
    if row.user_id != call.user.id:
        raise refusal("ACCESS_DENIED", "25b73c73-68b1-41d0-bad1-381cfdf6579f")
    return users.file(call.state, row, in_note=False)


ENDPOINTS = {
    "drive/files/create": Endpoint(
        create,
        {
            "name": Rule(nullable=True),
            "comment": Rule(maximum=LONGEST_COMMENT, nullable=True),
        },
        kind="write:drive",
    ),
    "drive/files/delete": Endpoint(
        delete, {"fileId": ID}, ("fileId",), kind="write:drive"
    ),
    "drive/files": Endpoint(listing, PAGING, kind="read:drive"),
    "drive/files/show": Endpoint(show, {"fileId": ID}, ("fileId",), kind="read:drive"),
}
