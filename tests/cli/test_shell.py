"""How a verb fails: one sentence, the right exit code, a traceback only on request."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from xnet_lite.cli.shell import Debug, guarded
from xnet_lite.errors import InputError

VERBS = (
    ["first-light"],
    ["predict"],
    ["simulate"],
    ["train"],
    ["evaluate"],
    ["search"],
    ["app"],
    ["lab"],
    ["doctor"],
    ["data", "list"],
    ["data", "get"],
    ["data", "info"],
    ["data", "make"],
)


def failing(error, resume="run it again"):
    """Call a verb that raises this."""
    app = typer.Typer()

    @app.command()
    @guarded(resume)
    def verb(debug: Debug = False) -> None:
        """Fail."""
        raise error

    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_has_help_with_an_example(verb, call):
    result = call(*verb, "--help")
    assert result.exit_code == 0
    assert f"Example: xnet-lite {' '.join(verb)}" in result.stdout
    assert "--debug" in result.stdout


def test_the_command_loads_nothing_heavy_before_a_verb_is_known():
    heavy = ("numpy", "scipy", "torch", "plotly", "ase", "xnet_lite.jobs")
    code = f"import sys, xnet_lite.cli; print(set({heavy}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_the_module_runs_as_the_command_does():
    words = [sys.executable, "-m", "xnet_lite.cli", "--version"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("xnet-lite ")


def test_bad_input_is_one_sentence_and_exit_code_2():
    result = failing(InputError("a.xyz: line 3 has 2 columns"))()
    assert result.exit_code == 2
    assert result.stderr == "xnet-lite: a.xyz: line 3 has 2 columns\n"
    assert result.stdout == ""


def test_any_other_failure_is_one_sentence_and_exit_code_1():
    result = failing(OSError("the disk is full\nand more"))()
    assert result.exit_code == 1
    assert "failed: the disk is full (OSError); --debug" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_long_message_of_another_library_is_cut():
    result = failing(RuntimeError("x" * 5000))()
    assert len(result.stderr) < 500


@pytest.mark.parametrize("error", [InputError("mend it"), RuntimeError("broken")])
def test_debug_shows_the_traceback_before_the_sentence(error):
    result = failing(error)("--debug")
    assert "Traceback" in result.stderr
    assert result.stderr.rstrip().splitlines()[-1].startswith("xnet-lite: ")


def test_an_interruption_says_how_to_resume_and_exits_130():
    result = failing(KeyboardInterrupt(), "the same command goes on")()
    assert result.exit_code == 130
    assert result.stderr == "xnet-lite: interrupted: the same command goes on\n"


def test_an_unknown_verb_or_option_exits_with_2(call):
    assert call("divine").exit_code == 2
    assert call("predict", "a.xyz", "--colour").exit_code == 2
