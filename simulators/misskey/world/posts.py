"""What owners publish in the demo world, and what others make of it."""

from collections.abc import Callable

from simulators.misskey import notifying, writing
from simulators.misskey.records import Choice, Note, Poll, User
from simulators.misskey.state import State
from simulators.misskey.world.cast import Cast
from simulators.misskey.world.conversations import attach
from simulators.misskey.world.texts import TEXTS
from simulators.world.scripts import posts
from simulators.world.texts import Line, Script, fill, line
from simulators.world.timeline import DAY, Timeline

REACTIONS = ("👍", "❤", "🎉", "😆", "🍮", "✨", "👀", ":blobcat:", ":party:", ":leaf:")
HUGE = 8_000


class Posts:
    """Puts posts, answers, quotes, renotes, reactions and mentions on the timeline."""

    def __init__(self, state: State, cast: Cast, timeline: Timeline) -> None:
        self.state = state
        self.cast = cast
        self.timeline = timeline
        self.rng = timeline.rng
        self._answers = TEXTS.answers()
        self._words = TEXTS.words()

    def write(self) -> None:
        """Plan the posts of all owners, the newest of each some hours old."""
        for owner, script, moment in posts(TEXTS, self.timeline):
            self._plan(self.state.by_acct(owner), script, moment)

    def _plan(self, owner: User, script: Script, moment: int) -> None:
        """Plan one post; what others do refers to it through `post`."""
        post: list[Note] = []
        body = [row for row in script.lines if not row.who]
        poll = script.heading.get("poll", "")

        def publish(when: int) -> None:
            draft = writing.Draft(
                text="\n".join(row.text for row in body),
                cw=body[0].cw or None,
                file_ids=[
                    file_id
                    for row in body
                    for file_id in attach(self.state, owner, row, when)
                ],
                poll=_poll(poll, when),
                moment=when,
            )
            post.append(writing.write(self.state, owner, draft))

        self.timeline.at(moment, publish)
        others = [row for row in script.lines if row.who]
        voices = self.cast.crowd(len(others), script.language)
        for row, voice in zip(others, voices, strict=True):
            self._plan_answer(owner, voice, row, script.language, moment, post)
        self._plan_echo(moment, post)
        if poll:
            self._plan_poll(moment, post)

    def _plan_answer(
        self,
        owner: User,
        voice: User,
        row: Line,
        language: str,
        begin: int,
        post: list[Note],
    ) -> None:
        moment = begin + self.timeline.pause(150)
        answer: list[Note] = []

        def speak(when: int) -> None:
            draft = writing.Draft(text=row.text, moment=when)
            if row.who == "@":
                draft.renote = post[0]
            else:
                draft.reply = post[0]
            answer.append(writing.write(self.state, voice, draft))

        def answer_back(who: User, text: str) -> Callable[[int], None]:
            def speak_again(when: int) -> None:
                draft = writing.Draft(text=text, reply=answer[-1], moment=when)
                answer.append(writing.write(self.state, who, draft))

            return speak_again

        self.timeline.at(moment, speak)
        if row.who == "@" or self.rng.random() < 0.25:
            return
        thanks = self.rng.choice(self._answers[language, ">"])
        moment += self.timeline.pause(60)
        self.timeline.at(moment, answer_back(owner, thanks))
        if self.rng.random() < 0.7:
            last = self.rng.choice(self._answers[language, "<"])
            moment += self.timeline.pause(40)
            self.timeline.at(moment, answer_back(voice, last))

    def _plan_echo(self, begin: int, post: list[Note]) -> None:
        """Let several people react on one day, and some pass the post on."""

        def react(who: User, reaction: str) -> Callable[[int], object]:
            return lambda when: writing.react(self.state, who, post[0], reaction, when)

        def renote(who: User) -> Callable[[int], object]:
            return lambda when: writing.write(
                self.state, who, writing.Draft(renote=post[0], moment=when)
            )

        for who in self.cast.crowd(self.rng.randint(4, 10)):
            moment = begin + self.timeline.pause(200)
            self.timeline.at(moment, react(who, self.rng.choice(REACTIONS)))
        for who in self.cast.crowd(self.rng.randint(0, 3)):
            self.timeline.at(begin + self.timeline.pause(300), renote(who))

    def _plan_poll(self, begin: int, post: list[Note]) -> None:
        def end(_when: int) -> None:
            poll = post[0].poll
            if poll is None:
                return
            for voter in self.cast.crowd(12):
                self.rng.choice(poll.choices).voters.add(voter.id)
            poll.ended = True
            notifying.notify(
                self.state, post[0].user_id, "pollEnded", note=post[0], moment=_when
            )

        self.timeline.at(begin + DAY, end)

    def mention(self) -> None:
        """Plan the open notes that name owners: plain ones once, others per owner."""
        owners = self.cast.owners
        mentions = TEXTS.mentions()
        for place, (language, written) in enumerate(mentions):
            everybody = any(f"{{{name}}}" in written for name in self._words[language])
            hearers = owners if everybody else [owners[place % len(owners)]]
            for owner in hearers:
                moment = self.timeline.age(self.rng.randrange(40), 40)
                self._plan_mention(owner, language, written, moment)
        huge = "A very long message. " + "All work and no play. " * (HUGE // 22)
        for owner in owners:
            moment = self.timeline.age(12, 40)
            self._plan_mention(owner, "en", f"{{me}} {huge}", moment)

    def _plan_mention(
        self, owner: User, language: str, written: str, moment: int
    ) -> None:
        second = self.rng.choice([who for who in self.cast.owners if who is not owner])
        chosen = {
            name: self.rng.choice(choices)
            for name, choices in self._words[language].items()
        }
        chosen |= {"me": f"@{owner.username}", "me2": f"@{second.username}"}
        row = line("<", fill(written, chosen))
        voice = self.cast.crowd(1, language)[0]
        visibility = self.rng.choice(["public", "public", "home", "followers"])

        def speak(when: int) -> None:
            draft = writing.Draft(
                text=row.text,
                cw=row.cw or None,
                visibility=visibility,
                file_ids=attach(self.state, voice, row, when),
                moment=when,
            )
            writing.write(self.state, voice, draft)

        self.timeline.at(moment, speak)


def _poll(written: str, moment: int) -> Poll | None:
    if not written:
        return None
    choices = [Choice(text) for text in written.split("|")]
    return Poll(choices, expires=moment + DAY)
