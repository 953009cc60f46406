"""Codes of names and values, F201 to F309."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F201": Code(
        "no such node",
        "The target is not a node of this flow, nor `next` or an exit of this sub-flow.",
        "Correct the name, or add the node.",
    ),
    "F202": Code(
        "not under uses",
        "Everything from outside is listed at the top of the flow, so that one sees what it needs.",
        "Add the name under `uses`.",
    ),
    "F203": Code(
        "not in the configuration",
        "The flow uses a name that config.yaml, or the flow folder, does not have.",
        "Add it to config.yaml, or correct the name.",
    ),
    "F204": Code(
        "no such variable",
        "The name is neither a variable, an input, nor one of the call's own facts.",
        "Declare it under `vars`, or correct the name.",
    ),
    "F205": Code(
        "a function used wrongly",
        "There is no function of this name, or it takes another number of values.",
        "See the functions in the README.",
    ),
    "F206": Code(
        "a reserved word",
        "The name already means something in the language.",
        "Choose another name.",
    ),
    "F207": Code(
        "never read",
        "The variable is declared, but nothing reads it.",
        "Take it out, or use it.",
    ),
    "F208": Code(
        "flows in a circle",
        "A sub-flow runs itself, directly or through others, or flows lie more than 8 deep.",
        "Take one `run` out; use `go` inside one flow.",
    ),
    "F209": Code(
        "inputs do not fit",
        "The sub-flow or source has no such input, or needs one that is not given.",
        "Give each input under `with`, as the callee declares it.",
    ),
    "F301": Code(
        "not an expression",
        "Expressions are names, values, comparisons, and, or, not, + - * / and the listed "
        "functions, 500 characters at most.",
        "Rewrite it; `x if condition else y` chooses between two values.",
    ),
    "F302": Code(
        "a value of another type",
        "The field wants one type and gets another.",
        "Give a value of the type named; text(x) and number(t) convert.",
    ),
    "F303": Code(
        "may be missing here",
        "On some way to this place the value was not found, and then there is nothing to read.",
        "Guard it: `known(x)`, `default(x, y)`, or `only: known(x)` on the step.",
    ),
    "F304": Code(
        "read before it is set",
        "On the way named in the message nothing has given the variable a value yet.",
        "Set it before, give it a value under `vars`, or declare it with `?`.",
    ),
    "F305": Code(
        "not a condition",
        "A condition is true or false; a text or number is neither.",
        "Compare it: `name == 'x'`, `count > 0`, `known(x)`.",
    ),
    "F306": Code(
        "types that do not go together",
        "Two values of different types are compared, added or joined.",
        "Convert one of them, or compare with a value of its own type.",
    ),
    "F307": Code(
        "currencies that do not mix",
        "Money of one currency says nothing about money of another.",
        "Keep to one currency; there is no conversion.",
    ),
    "F308": Code(
        "plain text that looks like a variable",
        "Without `=` the value is the text itself.",
        "Write `=` before it, or `==` if the text is meant.",
    ),
    "F309": Code(
        "always the same",
        "The condition has the same result on every way here, so it decides nothing.",
        "Take it out, or correct it.",
    ),
}
