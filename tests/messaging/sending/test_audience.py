"""An answer goes to nobody but those whom the form showed, and is seen by nobody else."""

import pytest

from messaging import drafts
from messaging.models import Draft, Operation
from messaging.sync import engine
from tests.messaging.letters import Letters, settle
from tests.messaging.sending.mishaps import TEXT, sent

pytestmark = pytest.mark.django_db


def changed(post: Letters, operation: Operation) -> Draft:
    """It was refused for that, nothing arrived, and the text is there."""
    settle(operation)
    assert operation.items.get().error == "audience-changed"
    assert post.arrived(TEXT) == 0
    draft = Draft.objects.get()
    assert (draft.state, draft.error, draft.text) == (
        "editing",
        "audience-changed",
        TEXT,
    )
    return draft


def known(post: Letters, *ids: str) -> None:
    """What the stored question says of its people."""
    question = post.question
    question.extra = {**question.extra, "audience": dict.fromkeys(ids, "")}
    question.save(update_fields=["extra"])


def test_question_knows_whom_an_answer_goes_to(gallery: Letters) -> None:
    author = gallery.question.author
    assert author is not None
    shown = drafts.audience(gallery.answer(TEXT))
    assert shown is not None
    assert (shown.people, set(shown.handles)) == (1, {author.remote_id})
    assert shown.visibility == gallery.question.visibility


def test_answer_to_others_than_were_shown_waits_for_another_look(
    gallery: Letters,
) -> None:
    known(gallery, "somebody-else")
    draft = changed(gallery, drafts.send(gallery.answer(TEXT)))
    now, author = drafts.audience(draft), gallery.question.author
    assert author is not None
    assert now is not None
    assert now.handles == {author.remote_id: author.handle}
    sent(settle(drafts.send(draft)))
    assert gallery.arrived(TEXT) == 1


def test_people_who_came_to_it_while_it_waited_are_shown_first(
    gallery: Letters,
) -> None:
    operation = drafts.send(gallery.answer(TEXT))
    author = gallery.question.author
    assert author is not None
    known(gallery, author.remote_id, "somebody-else")
    draft = changed(gallery, operation)
    now = drafts.audience(draft)
    assert now is not None
    assert now.people == 2
    sent(settle(drafts.send(draft)))


def test_nothing_is_sent_to_more_than_the_form_showed_a_moment_before(
    gallery: Letters,
) -> None:
    draft = gallery.answer(TEXT)
    shown = drafts.audience(draft)
    known(gallery, "one", "another")
    with pytest.raises(drafts.Refused, match=drafts.CHANGED):
        drafts.send(draft, shown=shown)
    assert Draft.objects.get().state == "editing"


def test_old_question_that_never_told_is_answered_to_its_author(
    gallery: Letters,
) -> None:
    question = gallery.question
    question.extra = {}
    question.save(update_fields=["extra"])
    draft = gallery.answer(TEXT)
    assert not drafts.is_sure(draft)
    operation = drafts.send(draft)
    drafts.send_now(operation)
    engine.drain()
    sent(operation)
