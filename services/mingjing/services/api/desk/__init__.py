"""The inspectors' desk as the API sees it: how cards stand among people, and the steps people ask for.

The API checks early, to tell people early; the owner of the card's partition checks
again and only its answer counts. It comes back on `card-stages`.
"""
