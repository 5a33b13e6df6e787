"""The press: freezes each month at its moment and hands its reports to who receives them, each revision once.

If you are here to read the code, begin with `closing` (when a month is frozen),
then `owed` (who is to receive what), `parcel` (what is handed over), `carrying`
(how) and `run` (the process).
"""
