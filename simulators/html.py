"""The plain pages of the simulated hosts: one frame, escaping, two languages."""

from html import escape
from urllib.parse import urlsplit

from aiohttp import web

STYLE = """
:root{color-scheme:light dark;--ink:#24292f;--soft:#6a737d;--line:#d8dee4;--ground:#fff;
--back:#f3f5f7;--accent:#5f8a00;--warn:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#3a424c;
--ground:#1c2128;--back:#12161c;--accent:#a3cc3c;--warn:#ff8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);
font:16px/1.55 system-ui,"Hiragino Sans","Noto Sans CJK JP",sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem 4rem}
section,form.card{background:var(--ground);border:1px solid var(--line);
border-radius:14px;padding:1.25rem;margin:1rem 0}
h1{font-size:1.35rem;margin:.2rem 0 1rem}h2{font-size:1.05rem;margin:0 0 .75rem}
p{margin:.4rem 0}small,.soft{color:var(--soft)}ul{padding-left:1.2rem;margin:.4rem 0}
label{display:block;margin:.5rem 0}input,select,textarea{font:inherit;color:inherit;
background:var(--back);border:1px solid var(--line);border-radius:8px;padding:.45rem .6rem;
max-width:100%}input[type=text],textarea,select{width:100%}
button{font:inherit;border-radius:99px;border:1px solid var(--line);padding:.5rem 1.3rem;
background:var(--ground);color:inherit;cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--ground);
font-weight:600}button.warn{color:var(--warn)}.row{display:flex;gap:.75rem;
align-items:center;flex-wrap:wrap}.person{display:flex;gap:.75rem;align-items:center;
padding:.5rem;border-radius:10px;border:1px solid transparent}.person:has(:checked){
border-color:var(--accent)}.person img,.avatar{border-radius:50%;width:44px;height:44px}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{text-align:left;
padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:anywhere}td.row{display:flex;gap:.35rem;border:0}td button{
padding:.15rem .7rem;white-space:nowrap}div.row{margin-top:.75rem}.grid{display:grid;gap:1rem;grid-template-columns:1fr 1fr}
@media(max-width:40rem){.grid{grid-template-columns:1fr}}img.wide{max-width:100%;
border-radius:10px}
"""


def page(
    title: str, body: str, language: str = "en", status: int = 200
) -> web.Response:
    """Return a whole page; `body` is markup, `title` is text."""
    text = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{body}</main></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status)


def language_of(request: web.Request) -> str:
    """Return `ja` where the browser prefers it to English, otherwise `en`."""
    for part in request.headers.get("Accept-Language", "").split(","):
        word = part.strip().lower()
        if word.startswith("ja"):
            return "ja"
        if word.startswith("en"):
            return "en"
    return "en"


def origin_of(url: str) -> str:
    """Return scheme and host of an address, to be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else url
