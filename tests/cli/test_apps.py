"""`app` refuses what it cannot open in a sentence, before it opens anything."""

import socket

import pytest

from xnet_lite.cli import apps


@pytest.fixture
def served(monkeypatch):
    """What would have been served."""
    seen = []
    monkeypatch.setattr(apps, "_serve", lambda *words: seen.append(words))
    return seen


def test_an_app_is_served_with_a_token_of_its_own(call, served):
    for _ in range(2):
        result = call("app", "predict", "--no-browser", "--theme", "dark")
        assert result.exit_code == 0, result.stderr
    (script, address, settings, browser), other = served
    assert script.is_file()
    assert not browser
    voila, look = settings["Voila"], settings["VoilaConfiguration"]["resources"]
    assert voila["ip"] == apps.LOOPBACK
    assert address == f"http://127.0.0.1:{voila['port']}/?token={voila['token']}"
    assert len(voila["token"]) == 32
    assert look == {"look": "dark"}
    assert address != other[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bogus"], "app 'bogus' is not one of predict"),
        (["predict", "--theme", "pink"], "--theme 'pink' is not one of auto, light"),
        (["predict", "--port", "-1"], "--port"),
        (["predict", "--port", "99999"], "--port"),
        ([], "--help"),
    ],
)
def test_bad_words_are_one_sentence(words, said, call, served):
    result = call("app", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not served


def test_a_port_that_is_taken_is_a_sentence(call, served):
    with socket.socket() as other:
        other.bind((apps.LOOPBACK, 0))
        other.listen()
        result = call("app", "predict", "--port", other.getsockname()[1])
    assert result.exit_code == 2
    assert "give --port another" in result.stderr
    assert not served


def test_without_voila_the_extra_is_named(call, served, monkeypatch):
    found = apps.importlib.util.find_spec
    hide = lambda name: None if name == "voila" else found(name)  # noqa: E731
    monkeypatch.setattr(apps.importlib.util, "find_spec", hide)
    result = call("app", "predict")
    assert result.exit_code == 2
    assert 'pip install "xnet-lite[apps]"' in result.stderr
    assert not served


def test_an_installed_package_has_its_own_apps(monkeypatch, tmp_path):
    package = tmp_path / "xnet_lite"
    (package / "_apps" / "jupyter").mkdir(parents=True)
    monkeypatch.setattr(apps, "__file__", str(package / "cli" / "apps.py"))
    assert apps.find_apps() == package / "_apps"


def test_apps_that_are_missing_are_said_to_be(call, served, monkeypatch, tmp_path):
    monkeypatch.setattr(apps, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    result = call("app", "predict")
    assert result.exit_code == 2
    assert "install the package again" in result.stderr


def test_every_app_has_a_script_and_none_is_left_out():
    assert {path.stem for path in apps.find_apps().glob("*.py")} == set(apps.APPS)
