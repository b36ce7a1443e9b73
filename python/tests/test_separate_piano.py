"""Four notes in seven chords: what is learned from the mixture alone are the notes."""
import itertools

import numpy as np
import pytest

from inshi.separation import STFT, separate

RATE, SECONDS = 11025, 1.1
NOTES = (277.18, 349.23, 415.30, 523.25)  # D flat 4, F 4, A flat 4, C 5
CHORDS = [(0, 1, 2, 3), *itertools.combinations(range(4), 2)]


def note(pitch, n):
    t = np.arange(n) / RATE
    attack = np.minimum(t / 0.005, 1)
    return 0.2 * attack * sum(np.exp(-(1.2 + 0.3 * h) * t) * np.sin(2 * np.pi * pitch * h * t + h) / h for h in range(1, 8))


def played():
    """The notes one by one, each in its place."""
    n = int(RATE * SECONDS)
    tracks = np.zeros((4, n * len(CHORDS)))
    for i, chord in enumerate(CHORDS):
        for j in chord:
            tracks[j, i * n:(i + 1) * n] = note(NOTES[j], n)
    return tracks


@pytest.mark.parametrize("loss, power, least", [("is", 2, 0.99), ("kl", 1, 0.98)])
def test_the_notes_are_found(loss, power, least):
    tracks = played()
    noise = 1e-4 * np.random.default_rng(0).standard_normal(tracks.shape[1])
    x = tracks.sum(0) + noise
    found = separate(x, RATE, k=6, sources=6, loss=loss, fft=1024, restarts=3, iterations=300, dtype="f64")
    transform = STFT(1024)
    truth = [np.abs(transform.stft(track)) ** power for track in tracks]
    spectra = np.array([t.mean(1) for t in truth])
    alike = (spectra / np.linalg.norm(spectra, axis=1, keepdims=True)) @ (found.W / np.linalg.norm(found.W, axis=0))
    assert alike.max(1).min() > least, alike.round(3)
    best = alike.argmax(1)
    assert len(set(best)) == 4
    sources = list(found.values())
    for j in range(4):
        own = [i for i, numbers in enumerate(found.components.values()) if best[j] in numbers][0]
        energy = (np.abs(transform.stft(sources[own])) ** 2).sum(0)
        wanted = (np.abs(transform.stft(tracks[j])) ** 2).sum(0)
        assert np.corrcoef(np.sqrt(energy), np.sqrt(wanted))[0, 1] > 0.95
