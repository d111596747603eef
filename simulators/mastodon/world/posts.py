"""What owners publish in the demo world, and what others make of it."""

from collections.abc import Callable

from simulators.mastodon import notifying, writing
from simulators.mastodon.pack.statuses import url_of
from simulators.mastodon.records import PUBLIC, Choice, Poll, Status, User
from simulators.mastodon.state import State
from simulators.mastodon.world.cast import TEXTS, Cast
from simulators.mastodon.world.conversations import attach
from simulators.world.scripts import posts
from simulators.world.texts import Line, Script, fill, line
from simulators.world.timeline import DAY, Timeline

Moment = Callable[[int], object]


class Posts:
    """Puts posts, answers, quotes, boosts, favourites and mentions on the timeline."""

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
        post: list[Status] = []
        poll = script.heading.get("poll", "")
        self.timeline.at(moment, self._publisher(owner, script, post))
        others = [row for row in script.lines if row.who]
        voices = self.cast.crowd(len(others), script.language)
        for row, voice in zip(others, voices, strict=True):
            self._plan_answer(owner, voice, row, script.language, moment, post)
        self._plan_echo(moment, post)
        if poll:
            self._plan_poll(moment, post)

    def _publisher(self, owner: User, script: Script, post: list[Status]) -> Moment:
        body = [row for row in script.lines if not row.who]
        poll = script.heading.get("poll", "")

        def publish(when: int) -> None:
            files = [attach(self.state, owner, row, when) for row in body]
            draft = writing.Draft(
                text="\n".join(row.text for row in body),
                spoiler=body[0].cw,
                language=script.language,
                media_ids=[file_id for ids in files for file_id in ids],
                poll=_poll(self.state, poll, when),
                moment=when,
            )
            post.append(writing.write(self.state, owner, draft))

        return publish

    def _plan_answer(
        self,
        owner: User,
        voice: User,
        row: Line,
        language: str,
        begin: int,
        post: list[Status],
    ) -> None:
        moment = begin + self.timeline.pause(150)
        answers: list[Status] = []

        def speak(when: int) -> None:
            draft = self._quote(owner, row, post[0], when)
            if row.who != "@":
                text = f"@{owner.acct} {row.text}"
                draft = writing.Draft(text=text, reply=post[0], moment=when)
            answers.append(writing.write(self.state, voice, draft))

        def answer_back(who: User, to: User, text: str) -> Moment:
            def speak_again(when: int) -> None:
                words = f"@{to.acct} {text}"
                draft = writing.Draft(text=words, reply=answers[-1], moment=when)
                answers.append(writing.write(self.state, who, draft))

            return speak_again

        self.timeline.at(moment, speak)
        if row.who == "@" or self.rng.random() < 0.25:
            return
        thanks = self.rng.choice(self._answers[language, ">"])
        moment += self.timeline.pause(60)
        self.timeline.at(moment, answer_back(owner, voice, thanks))
        if self.rng.random() < 0.7:
            last = self.rng.choice(self._answers[language, "<"])
            moment += self.timeline.pause(40)
            self.timeline.at(moment, answer_back(voice, owner, last))

    def _quote(
        self, owner: User, row: Line, post: Status, moment: int
    ) -> writing.Draft:
        """Return a quoting post; where there are no quotes, one with the address."""
        if "quotes" in self.state.profile.has:
            return writing.Draft(text=row.text, quote=post, moment=moment)
        text = f"{row.text} RT @{owner.acct} {url_of(self.state, post)}"
        return writing.Draft(text=text, moment=moment)

    def _plan_echo(self, begin: int, post: list[Status]) -> None:
        """Let several people favour a post on one day, and some boost it."""

        def favourite(who: User) -> Moment:
            return lambda when: writing.favourite(self.state, who, post[0], when)

        def boost(who: User) -> Moment:
            return lambda when: writing.reblog(self.state, who, post[0], when)

        for who in self.cast.crowd(self.rng.randint(4, 10)):
            self.timeline.at(begin + self.timeline.pause(200), favourite(who))
        for who in self.cast.crowd(self.rng.randint(0, 4)):
            self.timeline.at(begin + self.timeline.pause(300), boost(who))

    def _plan_poll(self, begin: int, post: list[Status]) -> None:
        def end(when: int) -> None:
            poll = post[0].poll
            if poll is None:
                return
            for voter in self.cast.crowd(12):
                self.rng.choice(poll.choices).voters.add(voter.id)
            notifying.end_poll(self.state, post[0], when)

        self.timeline.at(begin + DAY, end)

    def mention(self) -> None:
        """Plan the open posts that name owners: plain ones once, others per owner."""
        owners = self.cast.owners
        for place, (language, written) in enumerate(TEXTS.mentions()):
            everybody = any(f"{{{name}}}" in written for name in self._words[language])
            hearers = owners if everybody else [owners[place % len(owners)]]
            for owner in hearers:
                moment = self.timeline.age(self.rng.randrange(40), 40)
                self._plan_mention(owner, language, written, moment)

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
        visibility = self.rng.choice([PUBLIC, PUBLIC, "unlisted", "private"])

        def speak(when: int) -> None:
            draft = writing.Draft(
                text=row.text,
                spoiler=row.cw,
                visibility=visibility,
                language=language,
                media_ids=attach(self.state, voice, row, when),
                moment=when,
            )
            writing.write(self.state, voice, draft)

        self.timeline.at(moment, speak)


def _poll(state: State, written: str, moment: int) -> Poll | None:
    if not written:
        return None
    choices = [Choice(text) for text in written.split("|")]
    row_id = state.ids.count("poll", moment)
    return Poll(row_id, choices, expires=moment + DAY)
