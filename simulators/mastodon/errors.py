"""Refusals, in the words of each server and, on Mastodon, of the caller's language."""

from dataclasses import dataclass, field

from simulators.mastodon.profiles import GOTOSOCIAL, SHARKEY, Profile

CHALLENGE = 'Bearer realm="Doorkeeper", error="invalid_token", error_description="{}"'

TEXTS = {
    "en": {
        "token": "The access token is invalid",
        "scope": "This action is outside the authorized scopes",
        "missing": "Record not found",
        "route": "Not Found",
        "forbidden": "This action is not allowed",
        "user": "This method requires an authenticated user",
        "disabled": "Your login is currently disabled",
        "invalid": "Validation failed: {reason}",
        "limit": "Too many requests",
        "conflict": "Conflict during update, please try again",
        "unexpected": "Post would be sent to unexpected accounts",
        "blank": "Text can't be blank",
        "long": "Text character limit of {limit} exceeded",
        "name": "Application name can't be blank",
        "redirect": "Redirect URI must be an absolute URI.",
        "redirect_blank": "Redirect URI can't be blank",
        "scopes": "Scopes doesn't match configured on the server.",
        "media": "Cannot attach more than {limit} files",
        "not_ready": "Cannot attach files that have not finished processing. Try again"
        " in a moment!",
        "type": "File type of uploaded media could not be verified",
        "processing": "Error processing thumbnail for uploaded media",
        "poll": "Poll has already ended",
        "file": "File can't be blank",
        "title": "Title can't be blank",
        "broken": "There was a problem processing your request",
    },
    "ja": {
        "token": "アクセストークンが無効です",
        "scope": "この操作は許可されたスコープの範囲外です",
        "missing": "レコードが見つかりません",
        "route": "見つかりません",
        "forbidden": "この操作は許可されていません",
        "user": "このメソッドには認証されたユーザーが必要です",
        "disabled": "ログインは現在無効化されています",
        "invalid": "バリデーションに失敗しました: {reason}",
        "limit": "リクエストが多すぎます",
        "conflict": "更新が競合しました。もう一度お試しください",
        "unexpected": "予期しないアカウントに送られる投稿です",
        "blank": "Textを入力してください",
        "long": "上限は{limit}文字です",
        "name": "アプリの名前を入力してください",
        "redirect": "リダイレクトURIは絶対URIでなければなりません。",
        "redirect_blank": "リダイレクトURIを入力してください",
        "scopes": "スコープがサーバーの設定と一致しません。",
        "media": "追加できるファイルは{limit}つまでです",
        "not_ready": "ファイルのアップロードが完了していません。しばらくしてから再度お試しください！",
        "type": "File type of uploaded media could not be verified",
        "processing": "Error processing thumbnail for uploaded media",
        "poll": "このアンケートはすでに終了しています",
        "file": "ファイルを選択してください",
        "title": "タイトルを入力してください",
        "broken": "リクエストの処理中に問題が発生しました",
    },
}
STATUS = {
    "token": 401,
    "scope": 403,
    "missing": 404,
    "route": 404,
    "forbidden": 403,
    "user": 422,
    "disabled": 403,
    "invalid": 422,
    "limit": 429,
    "conflict": 409,
    "unexpected": 422,
    "media": 422,
    "not_ready": 422,
    "type": 422,
    "processing": 422,
    "broken": 500,
}
PLAIN = {
    "token": "Unauthorized: token not supplied",
    "scope": "Forbidden: token has insufficient scope permission",
    "route": "Not Found",
    "forbidden": "Forbidden: you do not have permission to do this",
    "user": "Unauthorized: token not supplied",
    "disabled": "Forbidden: account is disabled",
    "limit": "rate limit reached",
    "conflict": "Conflict: marker updated by another client",
    "broken": "Internal Server Error",
}
PLAIN_STATUS = {
    **dict.fromkeys(("invalid", "media", "not_ready", "type", "processing"), 400),
    "user": 401,
}


@dataclass(slots=True)
class ApiError(Exception):
    """A refusal: a key of TEXTS, what it is about, and what the body holds besides.

    `what` names the missing thing, for servers that say it; `reason` is a key of TEXTS
    for what was invalid.
    """

    key: str
    what: str = "record"
    reason: str = ""
    limit: int = 0
    more: dict[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Return the words of Mastodon."""
        texts = TEXTS[language]
        reason = texts.get(self.reason, self.reason).format(limit=self.limit)
        return texts[self.key].format(reason=reason, limit=self.limit)

    def answer(
        self, profile: Profile, language: str
    ) -> tuple[int, dict[str, object], dict[str, str]]:
        """Return status, body and headers as this server writes them."""
        if profile.software == GOTOSOCIAL:
            return self._plain()
        words = self.text(language)
        body = {"error": words, **self.more}
        if profile.software == SHARKEY:
            return 401, body, {}
        if self.key == "token":
            return 401, body, {"WWW-Authenticate": CHALLENGE.format(self.text("en"))}
        return STATUS[self.key], body, {}

    def _plain(self) -> tuple[int, dict[str, object], dict[str, str]]:
        status = PLAIN_STATUS.get(self.key, STATUS[self.key])
        words = PLAIN.get(self.key)
        if self.key == "missing":
            words = f"Not Found: {self.what} not found"
        elif words is None:
            reason = TEXTS["en"].get(self.reason or self.key, self.reason)
            words = f"Bad Request: {reason.format(limit=self.limit)}"
        return status, {"error": words}, {}


def missing(what: str) -> ApiError:
    """Return the refusal for something that is not there, or not the caller's."""
    return ApiError("missing", what=what)


def invalid(reason: str, limit: int = 0) -> ApiError:
    """Return the refusal for a parameter that does not fit."""
    return ApiError("invalid", reason=reason, limit=limit)
