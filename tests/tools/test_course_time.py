"""Ways through the course are closed, told on their pages, and measured."""

import pytest

pytest.importorskip("jupytext", reason="sources are read")
pytest.importorskip("psutil", reason="comes with Jupyter")

from tools import course_time, notebooks

PAGES = {
    "90 minutes": "ninety-minutes",
    "one day": "one-day",
    "two days": "two-days",
}


def needs(name):
    """What a notebook says must come before it."""
    source = notebooks.TUTORIALS / "source" / f"{name}.py"
    return set(notebooks.FrontMatter.of(notebooks.read_source(source)).needs)


@pytest.mark.parametrize("path", course_time.PATHS)
def test_a_path_holds_what_its_notebooks_need_before_them(path):
    seen = set()
    for name in course_time.PATHS[path]:
        assert needs(name) <= seen
        seen.add(name)


@pytest.mark.parametrize("path", course_time.PATHS)
def test_the_page_of_a_path_has_its_notebooks_and_no_time_is_lost(path):
    page = notebooks.ROOT / "docs" / "teaching" / f"{PAGES[path]}.md"
    text = page.read_text("utf-8")
    assert all(f"`{name}`" in text for name in course_time.PATHS[path])
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line[:1] == "|"]
    given = sum(int(c) for row in rows for c in row[:2] if c.strip().isdigit())
    read = sum(course_time.minutes()[name] for name in course_time.PATHS[path])
    assert given >= read


def measured(name, speed, cpu):
    """What a run is kept as."""
    facts = {"seconds": 1.0, "memory": 500, "error": ""}
    return {"notebook": name, "speed": speed, "cpu": cpu, **facts}


def test_a_sum_is_told_only_where_all_of_it_was_measured():
    names = list(course_time.minutes())
    some = [measured(name, "full", 60.0) for name in names[1:]]
    assert course_time.table(some).rows[-1][2:] == ["–", "–", "–", "500"]
    every = [*some, measured(names[0], "full", 60.0)]
    assert course_time.table(every).rows[-1][3] == str(60 * len(names))
    ninety = course_time.paths(every).rows[0]
    assert float(ninety[-1]) == len(course_time.PATHS["90 minutes"])


def test_what_is_kept_is_not_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr(course_time, "measure", None)
    kept = tmp_path / "course.jsonl"
    found = measured("00_welcome", "fast", 5.0)
    course_time.append_lines(kept, [found])
    assert course_time.course(["00_welcome"], "fast", kept) == [found]
