"""WAV files for the tests, written byte by byte: the command reads them through a library that is not asked here."""
import ctypes
import ctypes.util
import struct

import numpy as np

FORMATS = {"u1": (1, 8), "i2": (1, 16), "i3": (1, 24), "i4": (1, 32), "f4": (3, 32), "f8": (3, 64)}


def encode(x, kind):
    """Numbers in -1 ... 1 (any for floats) as the bytes of samples."""
    code, bits = FORMATS[kind]
    if code == 3:
        return x.astype("<" + kind).tobytes()
    whole = np.clip(np.rint(x * 2 ** (bits - 1)), -2 ** (bits - 1), 2 ** (bits - 1) - 1).astype("<i4")
    if kind == "u1":
        return (whole + 128).astype("u1").tobytes()
    if kind == "i3":
        return whole.reshape(-1, 1).view("u1")[:, :3].tobytes()
    return whole.astype("<" + kind).tobytes()


def wav(x, rate=8000, kind="f4", rf64=False):
    """The bytes of a WAV file of x, samples or samples x channels."""
    x = np.asarray(x, float)
    x = x.reshape(-1, 1) if x.ndim == 1 else x
    code, bits = FORMATS[kind]
    data = encode(x.ravel(), kind)
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, code, x.shape[1], rate, rate * x.shape[1] * bits // 8,
                       x.shape[1] * bits // 8, bits)
    if rf64:
        long = struct.pack("<4sIQQQI", b"ds64", 28, 72 + len(data), len(data), len(x), 0)
        return b"RF64\xff\xff\xff\xffWAVE" + long + head + b"data\xff\xff\xff\xff" + data
    return struct.pack("<4sI4s", b"RIFF", 4 + len(head) + 8 + len(data) + len(data) % 2, b"WAVE") + head + \
        struct.pack("<4sI", b"data", len(data)) + data + b"\0" * (len(data) % 2)


def save(folder, rate=8000, kind="f4", **sounds):
    """save(folder, kick=x) writes folder/kick.wav."""
    folder.mkdir(exist_ok=True)
    for name, x in sounds.items():
        (folder / (name + ".wav")).write_bytes(wav(x, rate, kind))


def read(path):
    """Samples x channels and the rate of a float WAV file, read byte by byte."""
    data = path.read_bytes()
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    at, shape = 12, None
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, at + 8)
            shape = code, channels, rate, bits
        if name == b"data":
            kind = {32: "<f4", 64: "<f8", 16: "<i2", 24: None}[shape[3]]
            return np.frombuffer(data[at + 8:at + 8 + size], kind).reshape(-1, shape[1]), shape[2]
        at += 8 + size + size % 2
    raise AssertionError("no data")


class Info(ctypes.Structure):
    """SF_INFO."""
    _fields_ = [("frames", ctypes.c_int64), ("rate", ctypes.c_int), ("channels", ctypes.c_int), ("format", ctypes.c_int),
                ("sections", ctypes.c_int), ("seekable", ctypes.c_int)]


CODED = {"flac": 0x170003, "aiff": 0x020003, "ogg": 0x200060, "mp3": 0x230082, "wav": 0x010003}  # 24 bits; Vorbis, layer III


def sndfile():
    """libsndfile itself: what writes the formats that are too much to write by hand, and reads them in one go."""
    library = ctypes.CDLL(ctypes.util.find_library("sndfile"))
    library.sf_open.restype = ctypes.c_void_p
    for function in (library.sf_writef_double, library.sf_readf_double):
        function.restype = ctypes.c_int64
        function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
    library.sf_close.argtypes = [ctypes.c_void_p]
    return library


def save_coded(path, x, rate=8000):
    """Writes samples x channels as the format that the path's ending names; False where the library cannot."""
    x = np.ascontiguousarray(x, float)
    info = Info(rate=rate, channels=x.shape[1], format=CODED[path.suffix[1:]])
    file = sndfile().sf_open(str(path).encode(), 0x20, ctypes.byref(info))
    if not file:
        return False
    assert sndfile().sf_writef_double(file, x.ctypes.data, len(x)) == len(x)
    return sndfile().sf_close(file) == 0


def read_coded(path):
    """Samples x channels of any sound file."""
    info = Info()
    file = sndfile().sf_open(str(path).encode(), 0x10, ctypes.byref(info))
    x = np.empty((info.frames, info.channels))
    assert sndfile().sf_readf_double(file, x.ctypes.data, info.frames) == info.frames
    sndfile().sf_close(file)
    return x
