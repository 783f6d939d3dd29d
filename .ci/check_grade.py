#!/usr/bin/env python3
"""Compares the report of a run with that of its exchange log, graded: the same header, verdicts and mismatches.

    check_grade.py RUN GRADED
"""

import json
import sys

MEMBERS = ["id", "index", "layer", "requirements", "labels", "verdict", "scored", "round", "mismatches", "reason", "answer",
           "state", "rounds"]


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(run, graded):
    run, graded = load(run), load(graded)
    for member in ["header", "incomplete", "score", "verdicts", "executions"]:
        if run[member] != graded[member]:
            sys.exit(f"check_grade: {member} differs: {run[member]} and {graded[member]}")
    if len(run["cases"]) != len(graded["cases"]):
        sys.exit(f"check_grade: {len(run['cases'])} cases and {len(graded['cases'])}")
    differences = 0
    for one, other in zip(run["cases"], graded["cases"]):
        for member in MEMBERS:
            if one[member] != other[member]:
                differences += 1
                print(f"{one['id']}: {member}\n  run    {one[member]}\n  graded {other[member]}", file=sys.stderr)
    if differences:
        sys.exit(f"check_grade: {differences} differences")
    mismatches = sum(len(case["mismatches"]) for case in run["cases"])
    print(f"{run['header']['subject']}: {len(run['cases'])} verdicts and {mismatches} mismatches, graded the same")


main(*sys.argv[1:])
