"""Voting, searching and paging, as a visitor does."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.toy import PREFIX, Open, Toy


@pytest.mark.smoke
@pytest.mark.parametrize("javascript", [True, False])
def test_a_vote_counts(visit: Open, toy: Toy, javascript: bool) -> None:
    """A vote leads to the results, and the database has one more."""
    before = toy.votes("Art Museum")
    page = visit(toy.path("city"), java_script_enabled=javascript)
    page.get_by_role("radio", name="Art Museum").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page).to_have_url(toy.url + toy.path("city", "results/"))
    expect(page.get_by_role("status")).to_have_text("Your vote for Art Museum was counted.")
    assert before + 1 == toy.votes("Art Museum")


def test_double_click_is_one_vote(visit: Open, toy: Toy) -> None:
    """The back button leads to an empty ballot, which can be sent again."""
    before = toy.votes("City Hall")
    page = visit(toy.path("city"))
    page.get_by_role("radio", name="City Hall").check()
    page.get_by_role("button", name="Vote", exact=True).dblclick()
    expect(page.get_by_role("status")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_role("radio", name="City Hall").check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("status")).to_be_visible()
    assert before + 2 == toy.votes("City Hall")


def search(page: Page, words: str) -> None:
    """Type words into the first page's search."""
    page.get_by_role("searchbox", name="Search questions").fill(words)
    page.get_by_role("button", name="Search").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_search_finds_a_question(visit: Open, toy: Toy, javascript: bool) -> None:
    """Words in any order and case find the question, and only that."""
    page = visit("/", java_script_enabled=javascript)
    search(page, "WHICH browser")
    expect(page.locator(".card h2")).to_have_text([f"{PREFIX} which sea?"])
    expect(page.get_by_role("searchbox")).to_have_value("WHICH browser")


@pytest.mark.parametrize("words", ["100%_sure", "<script>alert(1)</script>", "it's \\ \""])
def test_search_says_when_nothing_is_found(visit: Open, toy: Toy, words: str) -> None:
    """Signs that mean something to SQL or HTML are words like others."""
    page = visit("/")
    search(page, words)
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(page.get_by_text(f"“{words}”")).to_be_visible()


def test_pages_are_leafed_through(visit: Open, toy: Toy) -> None:
    """25 questions are three pages, and the search goes along."""
    page = visit("/?q=browser+test+filler")
    expect(page.get_by_text("Page 1 of 3")).to_be_visible()
    seen = page.locator(".card h2").all_inner_texts()
    for number in (2, 3):
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_text(f"Page {number} of 3")).to_be_visible()
        seen += page.locator(".card h2").all_inner_texts()
    assert 25 == len(set(seen))
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()


@pytest.mark.parametrize(("wanted", "shown"), [("0", 3), ("99", 3), ("-1", 3), ("x", 1), ("", 1), ("9" * 5000, 1)])
def test_wrong_page_number_shows_a_page(visit: Open, toy: Toy, wanted: str, shown: int) -> None:
    """Past the end is the last page, and nonsense the first."""
    page = visit(f"/?q=browser+test+filler&page={wanted}")
    expect(page.get_by_text(f"Page {shown} of 3")).to_be_visible()
