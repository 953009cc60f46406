"""Who a caller is: one form for every number and address, how sure we are of it, and whose it is.

`points` reads what was typed or sent, `trust` says what the sender field of a call is worth,
`confidence` how long a number is believed, `ladder` who is calling and on what evidence,
`duplicates` which customers may be one person, `repeats` which contact repeats an earlier one.
"""
