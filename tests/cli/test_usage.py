"""Usage errors: exit code 2, one sentence, nothing written."""
import pytest


def fails(inshi, words, code=2):
    before = sorted(p.name for p in inshi("info").folder.iterdir())
    run = inshi(*words)
    assert run.code == code, run.err
    assert run.out == "" and run.err.startswith("inshi: ") and len(run.err.splitlines()) <= 2
    assert sorted(p.name for p in run.folder.iterdir()) == before
    return run.err


@pytest.mark.parametrize("k", ["0", "-1", "2.5", "", "x", "1e3", " 5", "0x10", "99999999999999999999"])
def test_k_is_a_positive_whole_number(inshi, x, k):
    assert "-k" in fails(inshi, ["fit", "X.npy", "-k", k])


def test_k_is_needed(inshi, x):
    assert "-k" in fails(inshi, ["fit", "X.npy"])


@pytest.mark.parametrize("words, text", [
    (["--itertions", "5"], "did you mean --iterations?"),
    (["--iter", "5"], "did you mean --iterations?"),
    (["--k", "3"], "did you mean -k?"),
    (["--frobnicate"], "--help"),
    (["--smooth", "3"], "--smooth"),
    (["-x"], "-x"),
    (["--eta"], "needs a value"),
    (["-o"], "needs a value"),
    (["--force=1"], "takes no value"),
    (["another.npy"], "one word too many"),
    (["--", "--force"], "one word too many"),
    (["--eta", "0"], "--eta"),
    (["--eta", "inf"], "--eta"),
    (["--eta", ""], "--eta"),
    (["--l1-w", "-1"], "--l1-w"),
    (["--l2-h", "nan"], "--l2-h"),
    (["--floor", "-1"], "--floor"),
    (["--iterations", "2.5"], "--iterations"),
    (["--iterations=-1"], "--iterations"),
    (["--tolerance", "2"], "--tolerance"),
    (["--time-limit", "-1"], "--time-limit"),
    (["--restarts", "0"], "--restarts"),
    (["--seed", "-1"], "--seed"),
    (["--history-every", "x"], "--history-every"),
    (["--normalize", "l1"], "sum|max|l2|none"),
    (["--init-scale", "2"], "auto|none"),
    (["--fix", "x"], "none|w|h"),
    (["--loss", "kll"], "kl"),
    (["--loss", "beta:"], "beta"),
    (["--loss", "beta:x"], "beta"),
    (["--loss", "beta:nan"], "beta"),
    (["--solver", "hal"], "did you mean hals?"),
    (["--init", "randm"], "did you mean random?"),
    (["--format", "xls"], "npy|npz|mtx|csv|tsv|png"),
    (["--dtype", "f16"], "f32|f64"),
    (["--negative", "zero"], "error|clip"),
    (["--output-format", "mat"], "npy|csv"),
    (["--figures", "jpg"], "png|svg|none"),
    (["--progress", "bar"], "json"),
    (["--threads", "0"], "--threads"),
    (["--threads", "1025"], "--threads"),
    (["--isa", "mmx"], "avx2"),
    (["--image", "3"], "RxC"),
    (["--image", "3x4:G"], "RxC"),
    (["--image", "0x12"], "RxC"),
    (["--image", "3x4x1"], "RxC"),
    (["--output", ""], "--output"),
    (["--solver", "hals", "--loss", "kl"], "hals"),
    (["--fix", "w"], "--init-w"),
    (["--fix", "h"], "--init-h"),
    (["--fix-columns", "0"], "--init-w"),
    (["--fix-columns", "1-", "--init-w", "W.npy"], "0,3,5-7"),
    (["--fix-columns", "2-1", "--init-w", "W.npy"], "0,3,5-7"),
    (["--fix-columns", "0,,1", "--init-w", "W.npy"], "0,3,5-7"),
    (["--fix-columns", "-1", "--init-w", "W.npy"], "0,3,5-7"),
    (["--fix-columns", "3", "--init-w", "W.npy"], "count from 0 to 2"),
    (["--fix-columns", "0-99999999999", "--init-w", "W.npy"], "count from 0 to 2"),
    (["--fix-columns", "0", "--init-w", "W.npy", "--fix", "w"], "contradict"),
    (["--fix", "w", "--init-w", "W.npy", "--normalize", "sum"], "--normalize"),
    (["--l1-h", "1", "--normalize", "sum"], "--normalize"),
    (["--restarts", "2", "--init-w", "W.npy", "--init-h", "H.npy"], "--restarts"),
    (["--dtype", "f32", "--loss", "beta:-1"], "--dtype"),
    (["--dtype", "f32", "--loss", "beta:3.5"], "--dtype"),
])
def test_options_of_fit_that_are_refused(inshi, x, words, text):
    assert text in fails(inshi, ["fit", "X.npy", "-k", "3", *words])


@pytest.mark.parametrize("word", ["--itertions=5", "--frobnicate=--x=y"])
def test_the_value_is_no_part_of_the_name_of_an_unknown_option(inshi, x, word):
    assert f"no option {word.partition('=')[0]};" in fails(inshi, ["fit", "X.npy", "-k", "3", word])


@pytest.mark.parametrize("words, text", [
    (["fit"], "X"), (["transform", "one"], "DIR and X"), (["info", "a", "b"], "one word too many"),
    (["demo", "x"], "options only"), (["demo", "-k", "3"], "-k"), (["info", "--force"], "--force"),
    (["transform", "a", "b", "--loss", "kl"], "--loss"),
])
def test_words_of_other_commands(inshi, words, text):
    assert text in fails(inshi, words)


@pytest.mark.parametrize("name", ["INSHI_NUM_THREADS", "OMP_NUM_THREADS"])
@pytest.mark.parametrize("value", ["x", "0", "-1", "1.5", "2000", "1" * 40])
def test_environment_variables_are_checked(inshi, name, value):
    run = inshi("info", env={name: value})
    assert run.code == 2 and name in run.err and value[:30] in run.err


def test_threads_of_the_environment(inshi):
    def threads(*words, **env):
        return inshi("info", "--json", *words, env=env).json()["threads"]

    assert threads(INSHI_NUM_THREADS="3", OMP_NUM_THREADS="5") == 3
    assert threads(OMP_NUM_THREADS="5") == threads(OMP_NUM_THREADS="5,2") == 5
    assert threads("--threads", "4", INSHI_NUM_THREADS="3") == 4
    assert threads("--threads", "4", INSHI_NUM_THREADS="broken") == 4
    assert threads(INSHI_NUM_THREADS="", OMP_NUM_THREADS="2") == 2


def test_values_stand_in_any_form(inshi, x):
    forms = [["-k", "3"], ["-k3"], ["-qk3"], ["-qk", "3"]]
    for n, form in enumerate(forms):
        run = inshi("fit", f"--output=o{n}", *form, "--iterations=2", "--figures=none", "--", "X.npy")
        assert run.code == 0, run.err
        assert (run.folder / f"o{n}/W.npy").read_bytes() == (run.folder / "o0/W.npy").read_bytes()
    run = inshi("fit", "X.npy", "-k", "9", "-k", "3", "--iterations", "0", "--json", "-q", "--figures", "none")
    assert run.json()["rank"] == 3  # the last one counts
