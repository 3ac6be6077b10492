"""Drives coscmd, as it is published, from its command line. It writes its settings into the home folder."""

import os
import re
import subprocess
import sys

import requests

from cases import BUCKET, REGION, SCRATCH, SECRET_ID, SECRET_KEY, URL, case, file_of, made_up, run_cases

MIB = 1024 * 1024
COSCMD = os.path.join(os.path.dirname(sys.executable), "coscmd")
PROXIES = {"http": URL}


def coscmd(*words, answer=None):
    """Runs one command, with the service as its proxy, and gives its status and what it printed."""
    env = {**os.environ, "http_proxy": URL, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([COSCMD, *words], env=env, input=answer, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def works(*words):
    status, printed = coscmd(*words)
    if status != 0:
        raise AssertionError("%s ended with %s: %.600s" % (words[0], status, printed))
    return printed


def fails(*words):
    status, printed = coscmd(*words)
    if status in (0, None):
        raise AssertionError("%s went through: %.600s" % (words[0], printed))
    return printed


def holds(text, *wanted):
    for word in wanted:
        if word not in text:
            raise AssertionError("no %r in %.600r" % (word, text))


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def equal(path, content):
    if content_of(path) != content:
        raise AssertionError("%s holds other bytes" % path)


def configure(*more, key=SECRET_KEY):
    settings = ["-a", SECRET_ID, "-s", key, "-b", BUCKET, "-r", REGION, "--do-not-use-ssl", "--retry", "1"]
    works("config", *settings, *more)


LARGE = made_up(5 * MIB + 7, 2)


@case("config writes the settings", phase=0)
def _():
    configure()


@case("upload and download of a small file", phase=1)
def _():
    works("upload", file_of("small.txt", b"hello"), "a/small 空格.txt")
    target = os.path.join(SCRATCH, "small.back")
    works("download", "a/small 空格.txt", target)
    equal(target, b"hello")


@case("upload and download of a large file in parts", phase=1)
def _():
    works("upload", file_of("large.bin", LARGE), "a/large.bin")
    target = os.path.join(SCRATCH, "large.back")
    works("download", "-n", "3", "a/large.bin", target)
    equal(target, LARGE)


@case("upload of a folder", phase=1)
def _():
    os.makedirs(os.path.join(SCRATCH, "tree/inner"), exist_ok=True)
    file_of("tree/one", b"1")
    file_of("tree/inner/two", b"2")
    works("upload", "-r", os.path.join(SCRATCH, "tree"), "b/")
    holds(works("list", "-r", "b/"), "one", "inner/two")


@case("list and info", phase=2)
def _():
    holds(works("list", "a/"), "large.bin", "small")
    holds(works("info", "a/large.bin"), str(len(LARGE)))


@case("copy and move", phase=2)
def _():
    source = "%s.cos.%s.myqcloud.com/a/large.bin" % (BUCKET, REGION)
    works("copy", source, "c/copied.bin")
    works("move", "%s.cos.%s.myqcloud.com/c/copied.bin" % (BUCKET, REGION), "c/moved.bin")
    printed = works("list", "c/")
    holds(printed, "moved.bin")
    if "copied.bin" in printed:
        raise AssertionError("what was moved is still there")


@case("signurl", phase=2)
def _():
    url = re.search(r"http://[^\s']+", works("signurl", "a/small 空格.txt")).group()
    answer = requests.get(url, proxies=PROXIES)
    if answer.content != b"hello":
        raise AssertionError("%s: %.300r" % (answer.status_code, answer.content))


@case("access control lists", phase=2)
def _():
    works("putobjectacl", "--grant-read", "anyone", "a/large.bin")
    holds(works("getobjectacl", "a/large.bin"), "READ")
    works("putbucketacl", "--grant-read", "anyone")
    holds(works("getbucketacl"), "READ")


@case("listparts and abort", phase=3)
def _():
    holds(works("listparts"), "0")
    works("abort")


@case("versioning, with buckets of one's own", phase=1)
def _():
    second = ("-b", "coscmd-1250000000")
    works(*second, "createbucket")
    works(*second, "putbucketversioning", "Enabled")
    holds(works(*second, "getbucketversioning"), "Enabled")
    works(*second, "upload", file_of("v", b"v"), "v")
    holds(works(*second, "list", "-v"), "v")
    works(*second, "deletebucket", "-f")


@case("restore", phase=1)
def _():
    works("upload", "-H", '{"x-cos-storage-class":"ARCHIVE"}', file_of("cold", b"cold"), "d/cold")
    fails("download", "d/cold", os.path.join(SCRATCH, "cold.back"))
    works("restore", "-d", "1", "-t", "Expedited", "d/cold")


@case("delete", phase=3)
def _():
    works("delete", "-f", "a/large.bin")
    works("delete", "-r", "-f", "b/")
    printed = works("list", "-r")
    if "large.bin" in printed or "inner/two" in printed:
        raise AssertionError("what was deleted is still there: %.300s" % printed)


@case("what is not there, and what is not allowed", phase=4)
def _():
    holds(fails("info", "none"), "NoSuchResource")
    fails("download", "none", os.path.join(SCRATCH, "none"))
    fails("-b", "nobody-1250000000", "list")
    configure(key="wrong")
    holds(fails("upload", file_of("denied", b"x"), "denied"), "SignatureDoesNotMatch")
    configure()


# A command is mostly waiting: it looks once a second whether it is done.
run_cases(at_once=5)
