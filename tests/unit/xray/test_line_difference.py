"""Two texts compared by lines: a footer, a banner, a changed line; bounded whatever they are."""

from __future__ import annotations

from mailclient.xray.line_difference import MAX_LISTED, compare_lines


def test_a_footer_is_what_only_the_second_has() -> None:
    found = compare_lines(["a", "b"], ["a", "b", "--", "list"])
    assert [(line.is_first, line.number, line.text) for line in found.lines] == [(False, 3, "--"), (False, 4, "list")]
    assert (found.only_first, found.only_second, found.shared) == (0, 2, 2)


def test_a_changed_line_stands_in_both() -> None:
    found = compare_lines(["x", "old", "y", "z"], ["x", "new", "y", "banner", "z"])
    assert [(line.is_first, line.text) for line in found.lines] == [(True, "old"), (False, "new"), (False, "banner")]


def test_texts_that_share_nothing_are_listed_in_part() -> None:
    one, other = [f"a{n}" for n in range(5_000)], [f"b{n}" for n in range(9_000)]
    found = compare_lines(one, other)
    assert (found.only_first, found.only_second, found.shared) == (5_000, 9_000, 0)
    assert len(found.lines) == MAX_LISTED


def test_lines_that_repeat_do_not_take_long() -> None:
    compare_lines(["a", "b"] * 40_000, ["b", "a", "a"] * 40_000)
    compare_lines(["a", "b"] * 75, ["b", "a", "a"] * 50)


def test_the_same_has_no_difference() -> None:
    assert compare_lines(["a"] * 3, ["a"] * 3).lines == ()
    assert compare_lines([], []).shared == 0
