"""Help, version, unknown words, and the page of options."""
import subprocess
import time

import pytest
from conftest import COMMAND, ROOT, environment

COMMANDS = ["demo", "fit", "transform", "evaluate", "info"]


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_lists_every_command(inshi, words):
    run = inshi(*words)
    assert run.code == 0 and run.err == ""
    assert run.out.index("Examples:") < run.out.index("Commands:") < run.out.index("Options:")
    for name in COMMANDS:
        assert f"\n  {name} " in run.out


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_begins_with_examples(inshi, name):
    run, again = inshi(name, "--help"), inshi("help", name)
    assert run.code == 0 and run.err == "" and run.out == again.out == inshi(name, "-h").out
    assert run.out.index("Examples:") < run.out.index("Usage: inshi " + name) < run.out.index("Options: output")
    assert all(len(line) <= 110 and line == line.rstrip() for line in run.out.splitlines())


def test_no_word_is_a_usage_error(inshi):
    run = inshi()
    assert run.code == 2 and run.out == "" and "Commands:" in run.err


def test_version(inshi):
    run = inshi("--version")
    assert run.code == 0 and run.out == f"inshi {inshi('info', '--json').json()['inshi_version']}\n"


@pytest.mark.parametrize("words, text", [
    (["fti"], "did you mean fit?"),
    (["frobnicate"], "inshi --help"),
    (["--frob"], "no option --frob"),
    (["help", "transfrom"], "did you mean transform?"),
])
def test_unknown_commands(inshi, words, text):
    run = inshi(*words)
    assert run.code == 2 and run.out == "" and text in run.err and len(run.err.splitlines()) == 1


def test_the_page_of_options_is_up_to_date(inshi):
    assert inshi("help", "--markdown").out == (ROOT / "docs/options.md").read_text()


def test_help_names_every_option_of_the_page(inshi):
    page = inshi("help", "--markdown").out
    for name in COMMANDS:
        section = page.split(f"\n## inshi {name}\n")[1].split("\n## ")[0]
        options = [line.split("`")[-2 if line.count("`") > 2 else 1].split()[0]
                   for line in section.splitlines() if line.startswith("| `")]
        assert len(options) > 5
        help_text = inshi(name, "--help").out
        assert all(option in help_text for option in options)


def test_help_is_quick():
    seconds = []
    for _ in range(15):
        start = time.perf_counter()
        subprocess.run([COMMAND, "--help"], stdout=subprocess.DEVNULL, check=True, env=environment())
        seconds.append(time.perf_counter() - start)
    sanitized = b"libasan" in subprocess.run(["ldd", COMMAND], capture_output=True).stdout
    assert min(seconds) < (0.2 if sanitized else 0.02)


def test_a_full_disk_under_standard_output_is_an_error(inshi):
    with open("/dev/full", "w") as full:
        run = inshi("info", stdout=full)
    assert run.code == 5 and "No space left" in run.err
