"""What the programs of this folder have in common: cases, each of which ends as one line of JSON on standard output."""

import json
import os
import traceback
from concurrent.futures import ThreadPoolExecutor

BUCKET = "examplebucket-1250000000"
REGION = "ap-guangzhou"
URL = os.environ["SERVICE_URL"]
SECRET_ID = os.environ["SERVICE_SECRET_ID"]
SECRET_KEY = os.environ["SERVICE_SECRET_KEY"]
SCRATCH = os.environ["SCRATCH"]

_cases = []


def case(name, phase=0):
    """Registers a function as a case."""

    def register(run):
        _cases.append((phase, name, run))
        return run

    return register


def _outcome(name, run):
    try:
        run()
        return {"case": name, "ok": True, "detail": ""}
    except Exception:
        return {"case": name, "ok": False, "detail": traceback.format_exc(limit=-3)}


def run_cases(at_once=1):
    """Runs every case, phase after phase, those of one phase in order or side by side. None stops the others."""
    for phase in sorted({phase for phase, _, _ in _cases}):
        with ThreadPoolExecutor(at_once) as pool:
            due = [(name, run) for its_phase, name, run in _cases if its_phase == phase]
            for outcome in pool.map(lambda pair: _outcome(*pair), due):
                print(json.dumps(outcome), flush=True)
    print(json.dumps({"done": len(_cases)}), flush=True)


def same(actual, expected):
    """Fails unless both are equal, and says what they are."""
    if actual != expected:
        raise AssertionError("expected %.300r, got %.300r" % (expected, actual))


def made_up(size, seed):
    """Bytes that differ from place to place and from seed to seed."""
    block = bytes((i * 31 + seed) & 255 for i in range(251))
    return (block * (size // 251 + 1))[:size]


def file_of(name, content):
    """Writes a file into the scratch folder and gives its path."""
    path = os.path.join(SCRATCH, name)
    with open(path, "wb") as file:
        file.write(content)
    return path
