"""What a worker tells of itself, on `/metrics`. Each metric is defined here, once, with its sentence."""

from prometheus_client import Counter, Gauge, Histogram

EVENTS_VOUCHED = Counter("mingjing_events_vouched_total", "Events that intake accepted and put on case-events.")
EVENTS_FOLDED = Counter("mingjing_events_folded_total", "Events of case-events that were folded into their case.")
TALLIES_TOLD = Counter("mingjing_tallies_told_total", "Tallies that cases put on tallies for the rules across cases.")
TALLIES_FOLDED = Counter("mingjing_tallies_folded_total", "Tallies that were folded into their subject.")
ACTIONS_FOLDED = Counter(
    "mingjing_card_actions_folded_total",
    "Records of card-actions, the engine's words and people's steps, that were folded.",
)
CARDS_DRAWN = Counter(
    "mingjing_cards_drawn_total",
    "Records of standing cards: drawn, raised or restated; by level.",
    ["level"],
)
SHADOW_CARDS = Counter(
    "mingjing_shadow_cards_total",
    "Cards, as they would stand, of rules that are tried out and draw none; by rule and level.",
    ["rule", "level"],
)
CARDS_TAKEN_BACK = Counter(
    "mingjing_cards_taken_back_total", "Card records produced as cleared or withdrawn, by status.", ["status"]
)
DEAD_LETTERS = Counter("mingjing_dead_letters_total", "Records put on dead-letters, by code.", ["code"])
PARTITION_CLOCK = Gauge(
    "mingjing_partition_clock_seconds", "Clock of a partition, in seconds since the epoch.", ["partition"]
)
UNHEARD_FEEDS = Gauge(
    "mingjing_unheard_feeds",
    "Event time: partitions of ingest topics that sent no watermark yet, and hold the clock.",
    ["partition"],
)
IDLE_FEEDS = Gauge(
    "mingjing_idle_feeds",
    "Event time: feeds, and sources of feeds, that fell silent while others went on, and that the clock passes by.",
    ["partition"],
)
LAG = Gauge("mingjing_lag_records", "Records of case-events on the log that are not folded yet.", ["partition"])
OPEN_CASES = Gauge("mingjing_open_cases", "Cases whose state the owner of a partition holds.", ["partition"])
ABSENT_CASES = Gauge(
    "mingjing_absent_cases",
    "Cases that have left and wait, with new events, for the archive to be read; standing above zero = archive away.",
    ["partition"],
)
CASES_RETIRED = Counter(
    "mingjing_cases_retired_total", "Cases that left memory for the archive, subjects and cards among them."
)
CASES_RECALLED = Counter("mingjing_cases_recalled_total", "Cases that came back from the archive for a late event.")
CASES_MISTAKEN = Counter(
    "mingjing_cases_mistaken_total",
    "New cases that looked like one that has left, and were found to be new by asking the archive; next to none.",
)
STUBS = Gauge("mingjing_stubs", "Cases that have left, and left a stub in memory.", ["partition"])
GONE_CASES = Gauge(
    "mingjing_gone_cases", "Cases that have left, of which no more than a mark is in memory.", ["partition"]
)
GONE_BYTES = Gauge("mingjing_gone_bytes", "Bytes of memory that those marks take.", ["partition"])
TIMERS_ARMED = Gauge(
    "mingjing_timers_armed",
    "Instants that the cases of a partition wait for, those that were put off and will be passed by among them.",
    ["partition"],
)
TIMERS_FIRED = Counter("mingjing_timers_fired_total", "Cases judged because an instant came that they waited for.")
EVENTS_LATE = Counter("mingjing_events_late_total", "Events that came after a later event of their case.")
CASES_REFOLDED = Counter(
    "mingjing_cases_refolded_total",
    "Cases laid out and judged anew: for a late event, a correction, another word on an event, or what the law deems.",
)
STATE_SIZE = Gauge(
    "mingjing_state_size_bytes", "Bytes of state that recovery of a partition would read.", ["partition"]
)
STATE_BYTES = Counter(
    "mingjing_state_bytes_total",
    "Bytes of state that owners wrote, by the log they fold; per event folded, what durability costs.",
    ["log"],
)
FOLDED_ANEW_LEFT = Gauge(
    "mingjing_folded_anew_left_records",
    "Records still to be folded a second time, because the state was of another form or gone.",
    ["partition"],
)
RECOVERY_SECONDS = Gauge(
    "mingjing_recovery_seconds", "Seconds from the assignment of partitions to the end of the last recovery."
)
RECOVERED_CASES = Gauge("mingjing_recovered_cases", "Cases that the last recovery restored.")
DEADLINE_LATENESS = Histogram(
    "mingjing_deadline_lateness_seconds",
    "Seconds by the wall between a deadline on an idle partition and its firing.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 600),
)
CLOCK_LEAD = Gauge(
    "mingjing_clock_lead_seconds",
    "Live: seconds that a worker's own clock is ahead of a broker's, at least; negative = behind. Nothing fires early.",
)
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600)

INTAKE_SECONDS = Histogram(
    "mingjing_intake_seconds",
    "Seconds by the wall from the broker taking a record in to its event being on case-events; a batch's oldest.",
    buckets=_SECONDS,
)
FOLD_SECONDS = Histogram(
    "mingjing_fold_seconds",
    "Seconds by the wall from an event being on case-events to its being folded; a batch's oldest.",
    buckets=_SECONDS,
)
SAY_SECONDS = Histogram(
    "mingjing_say_seconds",
    "Seconds from the folding of records to their cards and facts being on the log.",
    buckets=_SECONDS,
)
SETTLE_SECONDS = Histogram(
    "mingjing_settle_seconds",
    "Seconds from the folding of records to their cards, facts and state being on the log.",
    buckets=_SECONDS,
)

PUBLISHED_IN_FORCE = Gauge(
    "mingjing_published_version_in_force_seconds",
    "Instant, in seconds since the epoch, from which this worker judges by a published version; ahead = announced.",
    ["version"],
)
RULEBOOK = Gauge(
    "mingjing_rulebook", "1 for all the law that this worker judges by, past and announced.", ["fingerprint"]
)
RULEBOOK_REFUSED = Counter(
    "mingjing_rulebook_refused_total", "Published versions that cannot be used and were left out; there should be none."
)
RULEBOOK_SILENT = Gauge(
    "mingjing_rulebook_silent_seconds", "Seconds since this worker last knew of everything that was published."
)

WORK_SECONDS = Counter(
    "mingjing_work_seconds_total",
    "CPU seconds of a worker's one thread at a stage of a log: take in, fold, say, pack; at 1 a second it is full.",
    ["log", "stage"],
)

OF_A_PARTITION = (
    OPEN_CASES,
    ABSENT_CASES,
    STUBS,
    GONE_CASES,
    GONE_BYTES,
    PARTITION_CLOCK,
    UNHEARD_FEEDS,
    IDLE_FEEDS,
    LAG,
    FOLDED_ANEW_LEFT,
    TIMERS_ARMED,
    STATE_SIZE,
)
"""Gauges of a partition, which go with it."""
