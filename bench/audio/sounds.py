"""The recordings of the benchmarks: the folder `audio` of the data, 16-bit WAV files."""
import warnings

import numpy as np
from scipy.io import wavfile

import data


def load(*names):
    """Files of equal length as sources x samples in -1 ... 1, and their rate."""
    sounds = []
    for name in names:
        path = data.FOLDER / "audio" / (name + ".wav")
        if not path.exists():
            raise data.Absent(f"{path} is not there")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wavfile.WavFileWarning)  # of chunks that hold no samples
            rate, x = wavfile.read(path)
        sounds.append(x / 32768)
    return np.array(sounds), rate
