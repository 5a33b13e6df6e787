"""Reports: figures of a period, each with numerator, denominator and n.

If you are here to read the code, begin with `indicators.yaml` and `mechanisms.yaml` (what is counted),
then `counting` (how a month becomes cells), `cells` (where they lie), `efficiency`
(the report made of them), `freezing` (months that no longer change) and `forms`
(how a report is handed over).
"""
