import threading

from mingjing.services.registry import Answered, Registry


def test_a_nonce_is_taken_once_however_many_try(registry: Registry) -> None:
    taken: list[bool] = []
    take = registry.nonces.take
    racers = [threading.Thread(target=lambda: taken.append(take("k", "n", expires_ms=20, now_ms=10))) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(taken) == [False, False, False, True]


def test_one_value_may_be_a_nonce_of_two_keys(registry: Registry) -> None:
    assert all(registry.nonces.take(kind, "n", expires_ms=20, now_ms=10) for kind in ("a", "b"))


def test_an_expired_nonce_is_forgotten(registry: Registry) -> None:
    registry.nonces.take("k", "n", expires_ms=20, now_ms=10)

    assert registry.nonces.take("k", "n", expires_ms=40, now_ms=21)


def test_a_new_write_is_ours_to_make(registry: Registry) -> None:
    assert registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=10) is None


def test_a_write_repeated_while_at_work_is_told_so(registry: Registry) -> None:
    registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=10)

    assert registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=11) == Answered("h", None, None)


def test_a_write_repeated_after_its_answer_gets_that_answer(registry: Registry) -> None:
    registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=10)
    registry.idempotency.finish("li", "k", 201, "{}", expires_ms=30)

    assert registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=11) == Answered("h", 201, "{}")


def test_a_write_that_was_given_up_may_be_tried_again(registry: Registry) -> None:
    registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=10)
    registry.idempotency.give_up("li", "k")

    assert registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=11) is None


def test_two_callers_may_use_one_key(registry: Registry) -> None:
    begun = [registry.idempotency.begin(who, "k", "h", expires_ms=20, now_ms=10) for who in ("li", "wang")]

    assert begun == [None, None]


def test_a_write_whose_process_died_may_be_tried_again_after_a_while(registry: Registry) -> None:
    registry.idempotency.begin("li", "k", "h", expires_ms=20, now_ms=10)

    assert registry.idempotency.begin("li", "k", "h", expires_ms=40, now_ms=21) is None
