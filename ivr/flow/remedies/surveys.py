"""Codes of the files in `flows/surveys/`, V01 to V23."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "V01": Code(
        "a type or key that surveys do not have",
        "Types of questions are scale, ces, nps, yesno, choice, number and comment; each takes "
        "only its own keys.",
        "Correct the spelling, or take it out.",
    ),
    "V02": Code(
        "a text without one of the languages",
        "Whoever speaks that language would be asked nothing; surveys never change the language.",
        "Write the text in each language that stands under `languages`.",
    ),
    "V03": Code(
        "a scale without answers",
        "`low` must be less than `high`, and one key answers a scale, so 9 is the most.",
        "Correct the two; a scale from 0 to 10 is type: nps.",
    ),
    "V04": Code(
        "the good end changes",
        "People answer in the direction of the question before; who hears that 5 is very good and "
        "then that 1 is, answers the second one wrongly.",
        "Ask all questions in the same direction and say what each end means.",
    ),
    "V05": Code(
        "a wrong key question",
        "Alarms and follow-ups look at one scored question, and only at one.",
        "Write key: true at exactly one question that has a score.",
    ),
    "V06": Code(
        "a score that two questions give",
        "Reports show one csat, one nps and one ces of each answered survey.",
        "Write score: none at one of them.",
    ),
    "V07": Code(
        "an answer that is not there yet",
        "`only` can look at questions that were asked before.",
        "Move the question further down, or correct the name.",
    ),
    "V08": Code(
        "many questions by voice",
        "Most callers hang up after three or four questions, and those who stay are not like them.",
        "Leave some to sms and web: `on: [sms, web]`.",
    ),
    "V09": Code(
        "a long sentence",
        "An offer lasts at most 9 s and a question 12 s, at 14 characters a second.",
        "Say it in fewer words.",
    ),
    "V10": Code(
        "an opt-out key that is an answer too",
        "Who answers before the offer has ended would never be asked again.",
        "Choose a key that the first question does not take, such as 9 beside a scale 1 to 5.",
    ),
    "V11": Code(
        "a first SMS without a way out",
        "Every first message must say by which word one is never written to again.",
        "Add such a word, as in: Çıkmak için IPTAL yazın. To opt out reply STOP.",
    ),
    "V12": Code(
        "a long SMS",
        "It is sent and paid in several parts; one letter such as ş, ğ or İ leaves 70 instead of "
        "160 characters for each.",
        "Write a shorter text, or alphabet: plain in the plan.",
    ),
    "V13": Code(
        "a rate that is no share",
        "0% asks nobody, 100% everybody.",
        "Write rate: 10%.",
    ),
    "V14": Code(
        "rate and size together",
        "A plan asks either a share of the contacts or a number of people.",
        "Take one of the two out.",
    ),
    "V15": Code(
        "a plan without a seed",
        "Who is asked follows from the seed and the number of the contact, so that anybody can "
        "check it later.",
        "Write any word that stays the same, as in seed: spring-2026.",
    ),
    "V16": Code(
        "the same people too often",
        "Who is asked every few days soon answers nothing any more.",
        "Write gap: 30d.",
    ),
    "V17": Code(
        "a planned survey that never comes",
        "It has neither a rule nor dates, or a rule that nobody can read or that never comes.",
        "Write every: with a rule such as FREQ=MONTHLY;BYMONTHDAY=10, or dates: with a list.",
    ),
    "V18": Code(
        "the survey names what is not there",
        "No such queue, category or segment: the plan would never match.",
        "Correct the name, or add what it names.",
    ),
    "V19": Code(
        "a score that the question cannot give",
        "csat and ces come from a scale, nps from type nps; comments and choices have none.",
        "Take score out, or correct the type.",
    ),
    "V20": Code(
        "a long name",
        "The prompt of a question is called survey_<survey>_<question> and has at most 40 "
        "characters, like any other that can be recorded.",
        "Give the survey or the question a shorter name.",
    ),
    "V21": Code(
        "the name of a survey",
        "A survey is called like its file, no flow is called survey_<survey>, and each survey in "
        "config.yaml has a file.",
        "Rename the survey or its file, or take it out of `surveys` in config.yaml.",
    ),
    "V22": Code(
        "a question that callers are not asked",
        "A voice names its owner, so no comment is spoken in an anonymous plan; and a plan that "
        "asks by voice needs a question that is asked so.",
        "Write on: [sms, web] at the question, or take anonymous or voice out of the plan.",
    ),
    "V23": Code(
        "a part of a survey that is not carried out",
        "Callers are asked by voice and by SMS, agents one scored question on the desk. A key of "
        "another kind of plan, a record that is not known when the plan decides, email, web pages "
        "and a quota by what is not known of a contact are read and checked, and not carried out.",
        "Take it out, or do what the message says.",
    ),
}
