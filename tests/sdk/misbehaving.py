"""A driver that does one thing wrong, by name, for one case; it is in order for every other."""
import json, os, sys, time

wrong = sys.argv[1]
say = lambda answer: (sys.stdout.write("@@" + json.dumps(answer) + "\n"), sys.stdout.flush())
if wrong == "no-hello":
    time.sleep(0.2)
    sys.exit("cannot find the SDK")
if wrong == "garbage-hello":
    print("@@hello", flush=True)
if wrong == "other-protocol":
    say({"hello": {"protocol": 7, "name": "x", "version": "1", "language": "x"}})
say({"hello": {"protocol": 1, "name": "misbehaving", "version": "1", "language": "Python", "features": []}})
for line in sys.stdin:
    question = json.loads(line)
    if "the-one" in question["input"].get("Username", ""):
        if wrong == "hangs":
            time.sleep(3600)
        if wrong == "ignores-signals":
            import signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "3600")
            time.sleep(3600)
        if wrong == "dies":
            sys.stderr.write("\x1b[31mSegmentation fault\n")
            os._exit(139)
        if wrong == "killed":
            os.kill(os.getpid(), 9)
        if wrong == "garbage":
            print("@@{\x1b[2J", flush=True)
        if wrong == "floods":
            while True:
                print("x" * 1000)
        if wrong == "endless-line":
            while True:
                sys.stdout.write("@@" + "x" * 100000)
        if wrong == "other-case":
            question["id"] = "another"
        if wrong == "twice":
            say({"id": question["id"], "outcome": "output", "output": {}})
        if wrong == "driver-error":
            say({"id": question["id"], "outcome": "driver_error", "message": "out of \x1b[31mluck"})
            continue
        if wrong == "unknown-outcome":
            say({"id": question["id"], "outcome": "fine"})
            continue
        if wrong == "closes-output":
            os.close(1)
            time.sleep(3600)
    if wrong == "environment":
        home = os.environ["HOME"]
        aws = [name[4:] for name in sorted(os.environ) if name.startswith("AWS_")]
        local = os.environ["HTTPS_PROXY"].startswith("http://127.0.0.1:")
        output = {"home": os.listdir(home), "local": local, "aws": aws, "wanted": os.environ.get("WANTED")}
        say({"id": question["id"], "outcome": "client_error", "kind": "raw", "class": "x", "message": json.dumps(output)})
        continue
    print("an SDK prints what it likes", flush=True)
    say({"id": question["id"], "outcome": "output", "output": {}})
