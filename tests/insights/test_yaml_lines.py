"""Adding lines to YAML files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.insights.yaml_lines import add_item, append, load

TEXT = """\
# a remark
names:   # aligned
  - one      # the first
  # between
  - two
more: {a: 1}
"""


@pytest.mark.parametrize(("index", "before"), [(0, "  # between\n"), (1, "more: {a: 1}\n")])
def test_item_is_one_more_line(index: int, before: str) -> None:
    """Nothing but the new line changes, remarks and alignment included."""
    text = add_item(TEXT, lambda content: content["names"], index, "new", "new")

    assert text.replace("  - new\n", "", 1) == TEXT
    assert f"  - new\n{before}" in text


def test_last_line_may_be_open() -> None:
    """A file whose last line has no end is added to all the same."""
    text = add_item("a:\n- one", lambda content: content["a"], 0, "b: 1", {"b": 1})

    assert text == "a:\n- one\n- b: 1\n"


@pytest.mark.parametrize("text", ["names: [one, two]\n", "names:\n  - |\n    one\n    two\n"])
def test_list_written_in_another_way_is_refused(text: str) -> None:
    """A list that a line cannot be added to is left alone, with a reason."""
    with pytest.raises(ValueError, match="item a line"):
        add_item(text, lambda content: content["names"], 0, "new", "new")


def test_entry_is_added_at_the_end() -> None:
    """What is added is read back; if something else comes of it, it is refused."""
    assert append("a: 1", "b: 2\n", lambda content: content["b"] == 2) == "a: 1\nb: 2\n"
    with pytest.raises(ValueError, match="another way"):
        append("a: |\n  text\n", "  b: 2\n", lambda content: content["b"] == 2)


def test_what_is_no_yaml_is_refused() -> None:
    """A file that cannot be read is not added to."""
    with pytest.raises(ValueError, match="not valid YAML"):
        load("a: [")


@given(st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), min_size=1, max_size=8), st.data())
def test_item_stands_where_it_should(names: list[str], data: st.DataObject) -> None:
    """Whatever the list, the new item follows the one that was named."""
    text = "names:\n" + "".join(f'    - "{name}"  # {number}\n' for number, name in enumerate(names))
    index = data.draw(st.integers(0, len(names) - 1))

    after = add_item(text, lambda content: content["names"], index, "new_one", "new_one")

    assert list(load(after)["names"]) == [*names[: index + 1], "new_one", *names[index + 1 :]]
