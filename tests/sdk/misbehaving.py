"""A driver that does one thing wrong, by name, for one case; it is in order for every other."""
import http.client, json, os, signal, socket, subprocess, sys, time, urllib.parse, urllib.request

wrong = sys.argv[1]
say = lambda answer: (sys.stdout.write("@@" + json.dumps(answer) + "\n"), sys.stdout.flush())
if wrong == "no-hello":
    time.sleep(0.2)
    sys.exit("cannot find the SDK")
if wrong == "garbage-hello":
    print("@@hello", flush=True)
if wrong == "other-protocol":
    say({"hello": {"protocol": 7, "name": "x", "version": "1", "language": "x"}})

def send(question):
    body = json.dumps(question["input"]).encode()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(urllib.request.Request(question["endpoint"], body, method="POST")).read()
    except (OSError, http.client.HTTPException):
        pass  # what was answered is nothing to it

def call_a_stranger():
    proxy = urllib.parse.urlparse(os.environ["HTTPS_PROXY"])
    stranger = socket.create_connection((proxy.hostname, proxy.port))
    stranger.sendall(b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n")
    stranger.recv(1)

idle = []
if wrong == "dies-for-good" and os.path.exists(sys.argv[2]):
    sys.exit("it is gone")
if wrong == "interrupts-and-says-nothing":
    os.kill(os.getppid(), signal.SIGINT)
    time.sleep(3600)
say({"hello": {"protocol": 1, "name": "misbehaving", "version": "1", "language": "Python", "features": []}})
for line in sys.stdin:
    question = json.loads(line)
    if wrong.startswith("null-"):
        error = {"code": "CodeMismatchException", "message": "m", "typed": True}
        client = {"kind": wrong[5:], "class": "x", "message": "m"}
        outcome = {"null-output": ("output", {"output": {}}), "null-service": ("service_error", error)}
        outcome, members = outcome.get(wrong, ("client_error", client))
        say({"id": question["id"], "outcome": outcome, **members})
        continue
    send(question)
    if "the-one" in question["input"].get("Username", ""):
        if wrong == "hangs":
            time.sleep(3600)
        if wrong == "ignores-signals":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "3600")
            time.sleep(3600)
        if wrong == "dies":
            sys.stderr.write("\x1b[31mSegmentation fault\n")
            os._exit(139)
        if wrong == "dies-and-leaves-a-child":
            subprocess.Popen(["sleep", "3600"])
            os._exit(139)
        if wrong == "calls-a-stranger-first":
            proxy = urllib.parse.urlparse(os.environ["HTTPS_PROXY"])
            idle.append(socket.create_connection((proxy.hostname, proxy.port)))
            call_a_stranger()
        if wrong == "cannot-express-what-it-sent":
            say({"id": question["id"], "outcome": "unsupported", "reason": "no such parameter"})
            continue
        if wrong == "tells-the-port":
            said = f"cannot read the answer of {question['endpoint']}"
            say({"id": question["id"], "outcome": "client_error", "kind": "parse", "class": "x", "message": said})
            continue
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
    print("also without an end of the line", end="", flush=True)
    say({"id": question["id"], "outcome": "output", "output": {}})
    if "the-one" in question["input"].get("Username", ""):
        if wrong == "calls-a-stranger-late":
            time.sleep(0.1)
            call_a_stranger()
        if wrong == "dies-for-good":
            open(sys.argv[2], "x").close()
            time.sleep(3)
            os._exit(139)
        if wrong == "dies-after-its-answer":
            os._exit(139)
    if wrong == "ends-after-each-answer":
        sys.exit()
