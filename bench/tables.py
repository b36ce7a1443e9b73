"""Tables in Markdown, each under its title with the command that makes it, and the machine that they were made on."""
import os
import platform
import statistics
import subprocess

import numpy as np


def median(values):
    return statistics.median(values)


def digits(value, count=3):
    """Short text of a number: 3 digits, without an exponent where that is readable."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if value != 0 and not 1e-4 <= abs(value) < 1e5:
        return f"{value:.{count - 1}e}"
    return f"{float(f'{value:.{count}g}'):g}"


def seconds(value):
    if value is None:
        return "-"
    return f"{digits(value * 1e6)} us" if value < 1e-3 else f"{digits(value * 1e3)} ms" if value < 1 else f"{digits(value)} s"


def table(title, command, head, rows, notes=()):
    lines = [f"## {title}", "", f"    {command}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines + [""] + [note for note in notes] + ([""] if notes else []))


def cpu_name():
    with open("/proc/cpuinfo") as lines:
        facts = dict(line.split(":", 1) for line in lines if ":" in line)
    facts = {name.strip(): value.strip() for name, value in facts.items()}
    return f"{facts.get('model name', platform.machine())} (family {facts.get('cpu family')}, model {facts.get('model')})"


def revision(root):
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=root, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def machine(root, inshi):
    """What a table needs to be read: processor, versions, and how busy the machine was."""
    compiler = subprocess.run(["cc", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    return (f"{cpu_name()}, {os.cpu_count()} CPUs; Linux {platform.release()}; {compiler}; Python {platform.python_version()}, "
            f"NumPy {np.__version__}; inshi {inshi.version()} at {revision(root)}, instruction set {inshi.isa()}; "
            f"load average {os.getloadavg()[0]:.1f} when the run began.")
