"""Wide tables on a phone: each value carries the name of its column, whatever spans rows and columns."""

import pytest
from django.utils.safestring import SafeString

from config.templatetags import ui_tables
from config.templatetags.ui import table

HEAD = (
    '<thead><tr><th scope="col">Nr.</th><th scope="col" class="num"><a href="?sort=x">Beløb</a></th>'
    '<th scope="col"></th></tr></thead>'
)


def named(body, head=HEAD):
    return ui_tables.with_names(SafeString(head + body)).removeprefix(head)


@pytest.mark.parametrize(
    ("body", "then"),
    [
        ("<tr><td>1</td><td>2 kr.</td></tr>", '<tr><td>1</td><td data-label="Beløb"><div>2 kr.</div></td></tr>'),
        ('<tr><th scope="row">1</th><td class="num">2</td></tr>',
         '<tr><th scope="row">1</th><td class="num" data-label="Beløb"><div>2</div></td></tr>'),
        ("<tr><td>1</td><td>2</td><td>3</td></tr>", '<tr><td>1</td><td data-label="Beløb"><div>2</div></td><td>3</td></tr>'),
        ('<tr><td colspan="2">1</td><td>3</td></tr>', '<tr><td colspan="2">1</td><td>3</td></tr>'),
        ('<tr><td>1</td><td colspan="2">3</td></tr>', '<tr><td>1</td><td colspan="2">3</td></tr>'),
        ("<tr><td>1</td><td> </td></tr>", "<tr><td>1</td><td> </td></tr>"),
        ('<tr><td>1</td><td rowspan="2">2</td></tr><tr><td>3</td></tr><tr><td>4</td><td>5</td></tr>',
         '<tr><td>1</td><td rowspan="2" data-label="Beløb"><div>2</div></td></tr><tr><td>3</td></tr>'
         '<tr><td>4</td><td data-label="Beløb"><div>5</div></td></tr>'),
        ('<tbody><tr><th rowspan="2">1</th><td>2</td></tr></tbody><tbody><tr><td>3</td><td>4</td></tr></tbody>',
         '<tbody><tr><th rowspan="2">1</th><td data-label="Beløb"><div>2</div></td></tr></tbody>'
         '<tbody><tr><td>3</td><td data-label="Beløb"><div>4</div></td></tr></tbody>'),
        ('<tr><th rowspan="2">1</th><td>2</td></tr><tr><td>3</td></tr><tr><td>4</td><td>5</td></tr>',
         '<tr><th rowspan="2">1</th><td data-label="Beløb"><div>2</div></td></tr>'
         '<tr><td data-label="Beløb"><div>3</div></td></tr><tr><td>4</td><td data-label="Beløb"><div>5</div></td></tr>'),
        ("<tr><td>1</td><td>2</td><td>3</td><td>4</td></tr>",
         '<tr><td>1</td><td data-label="Beløb"><div>2</div></td><td>3</td><td>4</td></tr>'),
    ],
)  # fmt: skip
def test_each_value_gets_its_columns_name(body, then):
    assert named(body) == then


def test_a_name_is_the_heads_words_alone_and_stays_escaped():
    second = '<th scope="col">\n <span class="sr-only">Hent</span>\n &quot;B&quot; &amp; C</th>'
    head = f'<thead><tr><th scope="col">A</th>{second}</tr></thead>'
    assert named("<tr><td>1</td><td>2</td></tr>", head) == (
        '<tr><td>1</td><td data-label="Hent &quot;B&quot; &amp; C"><div>2</div></td></tr>'
    )


def test_what_nobody_has_escaped_is_refused():
    with pytest.raises(TypeError, match="escaped"):
        ui_tables.with_names("<tr><td><script></td></tr>")


def rendered(columns, **asked):
    heads = "".join(f'<th scope="col">{place}</th>' for place in range(columns))
    cells = "<td>x</td>" * columns
    return table(SafeString(f"<thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody>"), "Tal", **asked)


def test_more_than_three_columns_are_cards_on_a_phone_and_fewer_when_asked_for():
    assert [rendered(columns).count("data-label") for columns in (2, 3, 4, 5)] == [0, 0, 3, 4]
    assert rendered(3, cards=True).count("data-label") == 2
    assert ["table--cards" in rendered(columns) for columns in (3, 4)] == [False, True]
