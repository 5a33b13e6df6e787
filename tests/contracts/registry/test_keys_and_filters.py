import msgspec

from mingjing.services.registry import ApiKey, Registry, SavedFilter

KEY = ApiKey(id="mk_1", title="对账程序", role="clerk", agency="A", secret_sealed="s", made_by="root", made_ms=5)  # noqa: S106  # no secret
MINE = SavedFilter(owner="li", page="cards", name="本周红牌", query="level=red", saved_ms=1)


def test_a_key_is_kept_whole(registry: Registry) -> None:
    registry.keys.add(KEY)

    assert registry.keys.of("mk_1") == KEY


def test_a_revoked_key_is_closed_and_still_named(registry: Registry) -> None:
    registry.keys.add(KEY)

    assert [registry.keys.revoke("mk_1", 9), registry.keys.revoke("mk_1", 10)] == [True, False]
    assert [(each.id, each.good(0)) for each in registry.keys.all()] == [("mk_1", False)]


def test_a_rotated_key_ends_when_its_overlap_does_and_never_later_than_it_was_to(registry: Registry) -> None:
    registry.keys.add(KEY)
    for number, until in ((2, 100), (3, 200)):
        registry.keys.rotate(msgspec.structs.replace(KEY, id=f"mk_{number}", replaces="mk_1"), until)

    old = registry.keys.of("mk_1")
    assert old is not None
    assert (old.expires_ms, len(registry.keys.all())) == (100, 3)


def test_when_a_key_was_last_used_is_known(registry: Registry) -> None:
    registry.keys.add(KEY)
    registry.keys.used("mk_1", 77)

    assert [each.last_used_ms for each in registry.keys.all()] == [77]


def test_a_key_is_good_until_the_instant_it_expires() -> None:
    key = msgspec.structs.replace(KEY, expires_ms=100)

    assert [key.good(99), key.good(100)] == [True, False]


def test_a_filter_saved_under_a_known_name_replaces_the_old_one(registry: Registry) -> None:
    registry.filters.save(MINE)
    registry.filters.save(msgspec.structs.replace(MINE, query="level=red&region=33"))

    assert [each.query for each in registry.filters.of("li")] == ["level=red&region=33"]


def test_filters_are_their_owners_alone(registry: Registry) -> None:
    registry.filters.save(MINE)

    assert registry.filters.of("wang") == []
    assert [registry.filters.drop(who, "cards", "本周红牌") for who in ("wang", "li")] == [False, True]
