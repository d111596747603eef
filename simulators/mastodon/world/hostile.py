"""Markup that other hosts send and that no page may trust."""

_SCRIPTS = (
    '<p>Nice picture! <script>alert("hello")</script>'
    '<a href="javascript:alert(1)" onclick="alert(2)">click me</a> '
    '<img src="https://hard.example/pixel.gif" onerror="alert(3)"> '
    '<span style="position:fixed;inset:0;background:red">over everything</span></p>'
    "<style>body{display:none}</style>"
    '<iframe src="https://hard.example/"></iframe>'
    '<form action="https://hard.example/login"><input name="password"></form>'
)
_NESTED = (
    '<p>See <a href="https://hard.example/a"><span class="invisible">https://'
    '<span class="invisible">hard.example/</span></span><span class="ellipsis">'
    'shown</span></a> <a href="data:text/html,<b>x</b>">data</a> '
    '<span class="invisible"><span class="invisible">hidden twice</span></span> '
    '<a title=":blobcat:" href="https://hard.example/:blobcat:">:blobcat:</a></p>'
    "<p>unclosed <b>bold <i>and <blockquote>quoted"
)
STRANGE = (
    ("markup@hard.example", _SCRIPTS),
    ("longname@hard.example", _NESTED),
)
HUGE = "".join(
    f"<p>Cylinder {number}: a crowd, a bell, somebody who coughs, and the sea. "
    "The label is faint and says either Monday or monsoon.</p>"
    for number in range(1, 91)
)
