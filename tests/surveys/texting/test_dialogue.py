"""A survey by text from the first message to the last, and every way in which it ends early."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.expressions import parse
from ivr.surveys.invitations import State, may_follow
from ivr.surveys.model import Question
from ivr.surveys.texting.dialogue import Session, Turn, begin, came, due, next_due
from ivr.surveys.texting.script import SILENCE, Script

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
QUESTIONS = (
    Question("csat", "scale", {}, {"tr": "1-5? IPTAL"}, 1, 5),
    Question("nps", "nps", {}, {"tr": "0-10?"}, 0, 10),
    Question(
        *("why", "comment", {}, {"tr": "Neden?"}),
        only=parse("default(answers.csat, 5) <= 2 or default(answers.nps, 10) <= 6"),
        required=False,
    ),
)
SCRIPT = Script(QUESTIONS, "tr", NOW + 48 * HOUR, "Sağ olun.", "Tamam.")
AGAIN = "Lütfen 1 ile 5 arasında yalnız bir sayı yazın."


class Talk:
    """One session: what is written to it, what it answers, which states it goes through."""

    def __init__(self, script: Script = SCRIPT) -> None:
        self.script = script
        self.now = NOW
        turn = begin(script, NOW)
        self.session, self.said, self.state = turn.session, list(turn.say), State.SENT
        self.turn = turn

    def write(self, text: str, *, earlier: timedelta = timedelta(0)) -> Talk:
        """They write a minute later; earlier: it lay about for so long before it was read."""
        self.now += MINUTE
        return self._after(came(self.script, self.session, text, self.now - earlier, self.now))

    def wait(self, time: timedelta) -> Talk:
        """Time passes, and what is due is done."""
        self.now += time
        return self._after(due(self.script, self.session, self.now))

    def _after(self, turn: Turn) -> Talk:
        self.turn, self.session = turn, turn.session
        self.said += turn.say
        for state in turn.moves:
            assert may_follow(self.state, state), (self.state, state)
            self.state = state
        return self

    @property
    def given(self) -> dict[str, object]:
        """The answers as conditions see them."""
        return {name: answer.given for name, answer in self.session.answers.items()}


def test_a_content_customer_answers_two_questions_and_is_thanked() -> None:
    talk = Talk().write("5").write("on")
    assert talk.said == ["1-5? IPTAL", "0-10?", "Sağ olun."]
    assert (talk.state, talk.given) == (State.COMPLETED, {"csat": 5, "nps": 10})
    assert talk.session.over


def test_a_low_score_is_asked_for_its_reason() -> None:
    talk = Talk().write("2").write("7").write("Çok bekledim")
    assert talk.said == ["1-5? IPTAL", "0-10?", "Neden?", "Sağ olun."]
    assert (talk.state, talk.given) == (
        State.COMPLETED,
        {"csat": 2, "nps": 7, "why": "Çok bekledim"},
    )


def test_the_first_answer_starts_it() -> None:
    assert Talk().write("4").turn.moves == (State.STARTED,)
    assert Talk().write("4").write("3").turn.moves == ()


def test_what_is_written_beside_the_number_is_kept() -> None:
    answer = Talk().write("3 teşekkürler").session.answers["csat"]
    assert (answer.number, answer.comment, answer.raw) == (3, "3 teşekkürler", "3 teşekkürler")


def test_a_number_that_is_none_of_the_scale_is_asked_for_once_more() -> None:
    talk = Talk().write("10")
    assert (talk.said[-1], talk.state) == (AGAIN, State.STARTED)
    answer = talk.write("5").session.answers["csat"]
    assert (answer.number, answer.tries, answer.comment) == (5, 2, "10")
    assert talk.said[-1] == "0-10?"


def test_after_two_tries_there_is_what_there_is() -> None:
    talk = Talk().write("idare eder").write("söyledim ya")
    assert talk.said == ["1-5? IPTAL", AGAIN, "Sağ olun."]
    assert (talk.state, talk.given) == (State.PARTIAL, {"csat": None})
    assert talk.session.answers["csat"].comment == "idare eder\nsöyledim ya"


def test_tries_are_counted_for_each_question_alone() -> None:
    talk = Talk().write("10").write("5").write("11")
    assert talk.said[-1].startswith("Lütfen 0 ile 10")
    assert talk.write("10").state is State.COMPLETED


def test_words_instead_of_a_number_are_no_answer_to_a_condition() -> None:
    talk = Talk(replace(SCRIPT, questions=QUESTIONS[:1])).write("berbat").write("berbat")
    assert talk.state is State.PARTIAL


def test_whoever_wants_no_more_gets_one_confirmation() -> None:
    talk = Talk().write("4").write("İPTAL")
    assert talk.said[-1:] == ["Tamam."]
    assert (talk.state, talk.given) == (State.OPTED_OUT, {"csat": 4})
    assert not talk.write("iptal").turn.taken
    assert talk.said.count("Tamam.") == 1


def test_before_any_answer_one_can_leave_too() -> None:
    assert Talk().write("stop").turn.moves == (State.OPTED_OUT,)


def test_start_changes_nothing_in_the_talk() -> None:
    talk = Talk()
    before = talk.session
    assert talk.write("BAŞLAT").turn == Turn(before)


def test_an_empty_message_changes_nothing() -> None:
    talk = Talk()
    before = talk.session
    assert talk.write("  ").turn == Turn(before)


def test_what_is_written_after_the_end_is_nothing_of_the_survey() -> None:
    turn = Talk().write("5").write("9").write("bir de faturam yanlış").turn
    assert (turn.taken, turn.say) == (False, ())


@pytest.mark.parametrize(("before", "taken"), [(timedelta(seconds=1), True), (MINUTE * 0, False)])
def test_it_expires_at_the_exact_second(before: timedelta, taken: bool) -> None:
    talk = Talk()
    at = SCRIPT.expires_at - before
    assert came(SCRIPT, talk.session, "5", at, at).taken is taken


def test_an_answer_before_the_next_question_went_out_takes_the_place_of_the_first() -> None:
    talk = Talk().write("2").write("4", earlier=90 * MINUTE / 60)
    assert talk.given == {"csat": 4}
    assert talk.said == ["1-5? IPTAL", "0-10?"]
    assert talk.write("9").given == {"csat": 4, "nps": 9}


def test_words_before_the_next_question_went_out_belong_to_the_first() -> None:
    talk = Talk().write("2").write("çok kötüydü", earlier=2 * MINUTE)
    assert talk.session.answers["csat"].comment == "çok kötüydü"
    assert (talk.session.question, talk.session.tries) == ("nps", 0)


def test_zero_replaces_an_earlier_answer_too() -> None:
    talk = Talk(replace(SCRIPT, questions=(QUESTIONS[1], QUESTIONS[0])))
    assert talk.write("9").write("0", earlier=2 * MINUTE).given == {"nps": 0}


def test_nobody_answered_until_it_expired() -> None:
    talk = Talk()
    assert next_due(SCRIPT, talk.session) == SCRIPT.expires_at
    assert talk.wait(48 * HOUR - MINUTE / 60).state is State.SENT
    assert talk.wait(MINUTE / 60).state is State.EXPIRED
    assert next_due(SCRIPT, talk.session) is None


def test_a_day_of_silence_after_an_answer_ends_it() -> None:
    talk = Talk().write("4")
    assert next_due(SCRIPT, talk.session) == talk.now + SILENCE
    assert talk.wait(SILENCE - MINUTE).state is State.STARTED
    assert talk.wait(MINUTE).state is State.PARTIAL
    assert talk.said == ["1-5? IPTAL", "0-10?"]


def test_silence_before_a_comment_leaves_it_completed() -> None:
    assert Talk().write("1").write("0").wait(SILENCE).state is State.COMPLETED


def test_expiry_ends_a_talk_that_has_begun_before_its_day_is_over() -> None:
    talk = Talk(replace(SCRIPT, expires_at=NOW + 2 * HOUR)).write("4")
    assert next_due(talk.script, talk.session) == NOW + 2 * HOUR
    assert talk.wait(2 * HOUR).state is State.PARTIAL


def test_whoever_says_nothing_is_reminded_once() -> None:
    talk = Talk(replace(SCRIPT, reminder=20 * HOUR))
    assert next_due(talk.script, talk.session) == NOW + 20 * HOUR
    talk.wait(20 * HOUR).wait(HOUR)
    assert talk.said == ["1-5? IPTAL"] * 2
    assert next_due(talk.script, talk.session) == SCRIPT.expires_at
    assert talk.wait(27 * HOUR).state is State.EXPIRED


def test_whoever_has_answered_is_not_reminded() -> None:
    talk = Talk(replace(SCRIPT, reminder=HOUR)).write("4").wait(2 * HOUR)
    assert talk.said == ["1-5? IPTAL", "0-10?"]


def test_a_survey_whose_questions_do_not_apply_says_nothing() -> None:
    nobody = replace(SCRIPT, questions=QUESTIONS[2:])
    turn = begin(nobody, NOW)
    assert (turn.say, turn.session.over) == ((), True)
    assert due(nobody, turn.session, NOW + 99 * HOUR) == Turn(turn.session)


TEXTS = st.sampled_from(["5", "0", "10", "2", "İPTAL", "başlat", "çok kötü", "4,5", "", "evet"])
EVENTS = st.lists(st.tuples(TEXTS, st.integers(0, 30 * 60)), max_size=12)


@given(EVENTS, st.integers(1, 72), st.one_of(st.none(), st.integers(1, 47)))
def test_whatever_is_written_the_talk_is_short_and_ends(
    events: list[tuple[str, int]], expires: int, reminder: int | None
) -> None:
    remind = None if reminder is None else reminder * HOUR
    talk = Talk(replace(SCRIPT, expires_at=NOW + expires * HOUR, reminder=remind))
    for text, minutes in events:
        while (at := next_due(talk.script, talk.session)) and at <= talk.now + minutes * MINUTE:
            talk.wait(max(at - talk.now, timedelta(0)))
        talk.write(text)
    while at := next_due(talk.script, talk.session):
        talk.wait(max(at - talk.now, timedelta(0)))
    assert talk.session.over
    assert talk.state in {State.COMPLETED, State.PARTIAL, State.OPTED_OUT, State.EXPIRED}
    assert len(talk.said) <= 2 * len(QUESTIONS) + 2
    assert talk.said.count("Tamam.") == (talk.state is State.OPTED_OUT)


def test_a_session_is_plain_to_compare() -> None:
    assert Session(NOW, NOW) == Session(NOW, NOW)
