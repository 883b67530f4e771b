"""A council that has moved, and lists that cannot be read: months must not look empty for it."""

from tests.crawler.troubled import Trials, council


def test_a_moved_council_is_followed_to_its_new_host(trials: Trials) -> None:
    moved = council("moved")
    assert {state for state, _ in trials.states("moved").values()} == {"searched"}
    assert trials.kept("moved") == len(moved.council.item_documents)
    old, new = moved.hosts
    asked = trials.of("moved")
    assert next(r.target for r in asked if r.host == new) == "/robots.txt"
    # Once it is known that the site has moved, the old host is not asked for every paper.
    assert len([r for r in asked if r.host == old]) < len([r for r in asked if r.host == new])


def test_visits_say_where_a_moved_council_is_now(trials: Trials) -> None:
    old, new = council("moved").hosts
    led = trials.ran.rows(
        f"select url, redirected_to from visits where url like '%{old}%' and url like '%Committees'"
    )
    assert led
    for url, to in led:
        assert to == url.replace(old, new)


def test_a_meeting_without_a_date_does_not_vanish(trials: Trials) -> None:
    """Which month it belongs to is not known: no month of the window counts as searched."""
    for state, reason in trials.states("dates").values():
        assert state == "failed", reason
        assert "date" in reason


def test_a_plain_page_at_the_base_is_called_so(trials: Trials) -> None:
    for state, reason in trials.states("page").values():
        assert state in {"failed", "unsupported"}
        assert "Modern.Gov" in reason or "web page" in reason
