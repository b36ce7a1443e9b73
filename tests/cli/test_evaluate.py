"""inshi evaluate: scores in closed form, pairing, formats, and what is refused."""
import json
import math

import numpy as np
import pytest
from sounds import save, wav

SAMPLES = 4000


def clicks():
    """Two references that are single clicks: delays 0 ... 511 of theirs do not meet."""
    a, b = np.zeros(SAMPLES), np.zeros(SAMPLES)
    a[100], b[2000] = 0.5, -0.75
    return a, b


def estimates():
    first, second = np.zeros(SAMPLES), np.zeros(SAMPLES)
    first[[100, 611, 2005, 1000]] = 0.5, 0.25, 0.125, 0.0625  # source: two taps, interference, artifact
    second[[2000, 130, 3000]] = 0.5, 0.125, 0.25
    return first, second


def db(good, bad):
    return 10 * math.log10(good / bad)


TRUTH = {"a": (db(0.3125, 0.015625 + 0.00390625), db(0.3125, 0.015625), db(0.328125, 0.00390625),
               db(0.25, 0.0625 + 0.015625 + 0.00390625)),
         "b": (db(0.25, 0.015625 + 0.0625), db(0.25, 0.015625), db(0.265625, 0.0625), db(0.25, 0.078125))}


def evaluate(inshi, *words):
    return inshi("evaluate", "--reference", "ref", "--estimate", "est", *words)


@pytest.fixture
def folders(tmp_path):
    a, b = clicks()
    first, second = estimates()
    save(tmp_path / "ref", a=a, b=b)
    save(tmp_path / "est", one=second, two=first)  # sorted the other way round
    return tmp_path


def test_scores_are_their_closed_form(inshi, folders):
    run = evaluate(inshi, "--json")
    assert run.code == 0 and run.err == ""
    found = run.json()
    assert [(s["reference"], s["estimate"]) for s in found["sources"]] == [("a.wav", "two.wav"), ("b.wav", "one.wav")]
    for source in found["sources"]:
        assert [source[key] for key in ("sdr", "sir", "sar", "si_sdr")] == pytest.approx(TRUTH[source["reference"][0]], abs=1e-9)
    assert found["mean_sdr"] == pytest.approx((TRUTH["a"][0] + TRUTH["b"][0]) / 2, abs=1e-9)
    assert (found["rate"], found["channels"], found["samples"], found["command"]) == (8000, 1, SAMPLES, "evaluate")
    assert found["warnings"] == []


def test_the_table(inshi, folders):
    run = evaluate(inshi)
    lines = run.out.splitlines()
    assert run.code == 0 and len(lines) == 4 and lines[0].split() == ["reference", "estimate", "SDR", "SIR", "SAR", "SI-SDR", "dB"]
    assert lines[1].split()[:2] == ["a.wav", "two.wav"]
    assert [float(x) for x in lines[1].split()[2:]] == pytest.approx(TRUTH["a"], abs=0.006)
    assert lines[3].startswith("mean")
    assert all(line == line.rstrip() or line.startswith("mean") for line in lines)


@pytest.mark.parametrize("kind", ["i3", "i4", "f8"])
def test_other_formats_have_the_same_scores(inshi, folders, kind):
    a, b = clicks()
    save(folders / "ref", kind=kind, a=a, b=b)
    found = evaluate(inshi, "--json").json()
    assert found["sources"][0]["sdr"] == pytest.approx(TRUTH["a"][0], abs=1e-9)


def test_rf64_and_16_bits(inshi, folders):
    a, b = clicks()
    (folders / "ref/a.wav").write_bytes(wav(a, kind="i2", rf64=True))
    found = evaluate(inshi, "--json").json()
    assert found["sources"][0]["sdr"] == pytest.approx(TRUTH["a"][0], abs=1e-9)


def test_channels_are_taken_together(inshi, folders):
    """One filter for all channels, energies added, nothing reaches from one into the next."""
    a, b = clicks()
    first, second = estimates()
    a2, b2 = np.roll(a, 5), np.roll(b, 5)
    late = first.copy()
    late[SAMPLES - 1] = 0.1  # an artifact at the end of channel 1
    save(folders / "ref", a=np.c_[a, a2], b=np.c_[b, b2])
    save(folders / "est", one=np.c_[second, np.roll(second, 5)], two=np.c_[late, np.roll(first, 5)])
    found = evaluate(inshi, "--json").json()
    assert found["channels"] == 2
    energy = 2 * 0.00390625 + float(np.float32(0.1)) ** 2
    assert found["sources"][0]["sdr"] == pytest.approx(db(2 * 0.3125, 2 * 0.015625 + energy), abs=1e-9)


def test_a_filter_does_not_reach_into_the_next_channel(inshi, tmp_path):
    reference, estimate = np.zeros((SAMPLES, 2)), np.zeros((SAMPLES, 2))
    reference[SAMPLES - 3, 0], estimate[SAMPLES - 3, 0], estimate[10, 1] = 1, 0.5, 0.25
    save(tmp_path / "ref", a=reference)
    save(tmp_path / "est", a=estimate)
    assert evaluate(inshi, "--json").json()["sources"][0]["sdr"] == pytest.approx(db(0.25, 0.0625), abs=1e-9)


def test_the_same_output_for_any_threads(inshi, folders):
    assert len({evaluate(inshi, "--json", "--threads", t).out for t in (1, 2, 3)}) == 1


def test_more_files_on_one_side(inshi, folders):
    a, b = clicks()
    save(folders / "est", a=a, b=b)
    run = evaluate(inshi, "--json")
    assert run.code == 0 and "left out" in run.err and "one.wav, two.wav" in run.err
    assert [s["estimate"] for s in run.json()["sources"]] == ["a.wav", "b.wav"]
    (folders / "est/b.wav").unlink()
    run = evaluate(inshi)
    assert run.code == 3 and "2 references" in run.err and "3 estimates" in run.err
    assert "only in est: one.wav, two.wav; only in ref: b.wav" in run.err


def test_silence_has_no_scores(inshi, folders):
    a, _ = clicks()
    save(folders / "ref", b=np.zeros(SAMPLES))
    run = evaluate(inshi, "--json")
    assert run.code == 0 and "silent" in run.err
    found = run.json()
    assert found["sources"][1]["sdr"] is None and found["sources"][0]["sdr"] is not None
    assert found["mean_sdr"] == found["sources"][0]["sdr"] and len(found["warnings"]) == 1


def test_one_source(inshi, folders):
    for name in ("ref/b.wav", "est/one.wav"):
        (folders / name).unlink()
    found = evaluate(inshi, "--json").json()
    assert found["sources"][0]["sir"] is None
    assert found["sources"][0]["sdr"] == pytest.approx(db(0.3125, 0.01953125), abs=1e-9)


@pytest.mark.parametrize("words, text", [
    (["--reference", "ref"], "needs --estimate DIR"), (["--estimate", "est"], "needs --reference DIR"),
    (["--reference", "ref", "--estimate", "est", "X.wav"], "takes options only"),
    (["--reference", "ref", "--estimate", "est", "-k", "3"], "no option -k")])
def test_usage(inshi, folders, words, text):
    run = inshi("evaluate", *words)
    assert run.code == 2 and text in run.err and run.out == ""


def replace(folders, name, data):
    (folders / name).write_bytes(data)


def nan_at(sample):
    x = np.zeros((SAMPLES, 2))
    x[sample, 1] = np.nan
    return wav(x)


@pytest.mark.parametrize("data, code, text", [
    (b"", 3, "ref/b.wav is empty"),
    (b"RIFFnothing", 3, "is no sound file"),
    (wav(np.zeros(0)), 3, "holds no samples"),
    (wav(np.zeros(SAMPLES - 1)), 3, "ref/b.wav has 3999 samples, and ref/a.wav has 4000"),
    (wav(np.zeros(SAMPLES), rate=8001), 3, "ref/b.wav has 8001 Hz, and ref/a.wav has 8000"),
    (wav(np.zeros((SAMPLES, 2))), 3, "ref/b.wav has 2 channels, and ref/a.wav has 1"),
    (nan_at(1234), 3, "ref/b.wav: sample 1234 (0.15425 s), channel 2 is NaN"),
    (wav(np.full(SAMPLES, np.inf)), 3, "channel 1 is infinite"),
    (wav(np.zeros(SAMPLES))[:-2000], 3, "is cut off: its header promises"),
])
def test_bad_files_are_refused(inshi, folders, data, code, text):
    replace(folders, "ref/b.wav", data)
    run = evaluate(inshi)
    assert run.code == code and text in run.err and run.out == ""


def test_what_cannot_be_read(inshi, folders):
    run = inshi("evaluate", "--reference", "no", "--estimate", "est")
    assert run.code == 5 and "cannot read the folder no" in run.err
    (folders / "empty").mkdir()
    run = inshi("evaluate", "--reference", "empty", "--estimate", "est")
    assert run.code == 3 and "no sound file" in run.err
    (folders / "ref/b.wav").unlink()
    (folders / "ref/b.wav").mkdir()
    run = evaluate(inshi)
    assert run.code == 5 and "it is a folder" in run.err


def test_a_hostile_name_is_text(inshi, folders):
    name = 'b"<b>\n.wav'
    (folders / "ref/b.wav").rename(folders / "ref" / name)
    found = json.loads(evaluate(inshi, "--json").out)
    assert found["sources"][1]["reference"] == name


def test_hidden_and_other_files_do_not_count(inshi, folders):
    (folders / "ref/.c.wav").write_bytes(b"")
    (folders / "ref/onsets.txt").write_text("1 2")
    (folders / "ref/wav").write_text("")
    assert evaluate(inshi).code == 0
