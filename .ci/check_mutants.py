#!/usr/bin/env python3
"""Checks what cargo-mutants found against the explained survivors.

    check_mutants.py rooms OUTCOMES   every survivor is explained and every explanation is needed, at least 90 % of the
                                      viable mutants of expect and judge are caught; writes tests/mutants/result.json
    check_mutants.py changed OUTCOMES no survivor is unexplained
"""

import json
import os
import sys
import tomllib

EXPLAINED = "tests/mutants/survivors.toml"
RESULT = "tests/mutants/result.json"
CAUGHT_PERCENT_MIN = {"expect": 90, "judge": 90}


def name_of(mutant):
    """The mutant without its line, which moves with every change above it."""
    function = (mutant.get("function") or {}).get("function_name", "")
    return f"{mutant['file']}: {mutant['genre']} in {function}: {mutant['replacement']}" if function else mutant["name"]


def main(mode, path):
    outcomes = json.load(open(path, encoding="utf-8"))["outcomes"]
    with open(EXPLAINED, "rb") as file:
        explained = {entry["mutant"]: entry["why"] for entry in tomllib.load(file).get("survivor", [])}
    rooms, survivors = {}, set()
    for outcome in outcomes:
        if outcome["scenario"] == "Baseline":
            continue
        mutant, summary = outcome["scenario"]["Mutant"], outcome["summary"]
        room = rooms.setdefault(mutant["file"].split("/")[1], {"caught": 0, "survived": 0, "unviable": 0})
        if summary == "Unviable":
            room["unviable"] += 1
        elif summary in ("CaughtMutant", "Timeout"):
            room["caught"] += 1
        elif summary == "MissedMutant":
            room["survived"] += 1
            survivors.add(name_of(mutant))
        else:
            sys.exit(f"check_mutants: {mutant['name']}: {summary}")
    for name, room in sorted(rooms.items()):
        viable = room["caught"] + room["survived"]
        room["caught_percent"] = round(100 * room["caught"] / viable, 1) if viable else 100.0
        print(f"{name}: {room['caught']} of {viable} viable mutants caught ({room['caught_percent']} %), {room['unviable']} unviable")
    unexplained = sorted(survivors - explained.keys())
    for name in unexplained:
        print(f"not explained: {name}", file=sys.stderr)
    failed = bool(unexplained)
    if mode == "rooms":
        of_these = {name for name in explained if name.split("/")[1] in rooms}
        for name in sorted(of_these - survivors):
            print(f"explained, yet caught or gone: {name}", file=sys.stderr)
            failed = True
        for name, least in CAUGHT_PERCENT_MIN.items():
            if name in rooms and rooms[name]["caught_percent"] < least:
                print(f"less than {least} % caught in {name}", file=sys.stderr)
                failed = True
        known = {}
        if os.path.exists(RESULT):
            with open(RESULT, encoding="utf-8") as file:
                known = json.load(file)
        with open(RESULT, "w", encoding="utf-8") as file:
            json.dump(dict(sorted((known | rooms).items())), file, indent=2)
            file.write("\n")
    sys.exit(1 if failed else 0)


if len(sys.argv) != 3 or sys.argv[1] not in ("rooms", "changed"):
    sys.exit(__doc__)
main(*sys.argv[1:])
