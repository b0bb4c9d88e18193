"""`predict` of many: files and folders in, lines, tables and a page out."""

import json

import pytest


def test_the_command_writes_lines_tables_and_a_page(call, many_files, tmp_path):
    out = tmp_path / "out"
    result = call("predict", many_files, "--absorber", "all", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "4 sites; 2 left out" in result.stdout
    assert "left out: broken.xyz" in result.stderr
    lines = [json.loads(x) for x in (out / "sites.jsonl").read_text().splitlines()]
    assert len(lines) == 4
    assert (out / "table.csv").read_text().count("nine-metals") == 4
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Average over the Zn sites" in page
    again = call("predict", many_files, "--absorber", "all", "--out", out)
    assert "4 sites, 4 of them from before" in again.stdout


def test_the_command_weighs_sites_of_a_trajectory(call, many_files, tmp_path):
    rods = many_files / "deep" / "rods.xyz"
    weights = tmp_path / "w.txt"
    weights.write_text("1, 2\n")
    told = call("predict", rods, "--frames", "all", "--weights", weights)
    assert told.exit_code == 0, told.stderr
    weights.write_text("1 2 many")
    refused = call("predict", rods, "--frames", "all", "--weights", weights)
    assert refused.exit_code == 2
    assert "could not convert string to float: 'many'" in refused.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--frames", "some"], "--frames is 'some'"),
        (["--frames", "all", "--fwhm", "1"], "are for one site"),
        (["--frames", "all", "--out", "x.json"], "--out is a folder"),
    ],
)
def test_the_command_refuses_what_does_not_go_together(call, many_files, options, said):
    result = call("predict", many_files / "bpy3.xyz", *options)
    assert result.exit_code == 2
    assert said in result.stderr
