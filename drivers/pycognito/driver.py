"""Moves pycognito for Countersign: drivers/README.md tells the protocol."""
import importlib.metadata, json, platform, sys
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pycognito import Cognito

MEMBERS = ["ClientId", "Username", "ConfirmationCode"]
KINDS = {"ParamValidationError": "validation", "ReadTimeoutError": "timeout", "ConnectTimeoutError": "timeout",
         "ResponseParserError": "parse"}

def say(answer):
    plain = json.loads(json.dumps(answer, default=repr), parse_constant=str)  # JSON has no NaN
    sys.stdout.write("@@" + json.dumps(plain) + "\n")
    sys.stdout.flush()

def call(question):
    given, options = question["input"], question["options"]
    other = [name for name in given if name not in MEMBERS]
    if other or any(name not in given for name in MEMBERS):
        return {"outcome": "unsupported", "reason": f"the API takes exactly {', '.join(MEMBERS)}"}
    config = {}
    if options["attempts"]:
        config["retries"] = {"total_max_attempts": options["attempts"]}
    if options["timeout_ms"]:
        config["read_timeout"] = options["timeout_ms"] / 1000
    try:
        user = Cognito("us-east-1_example", given["ClientId"], username=given["Username"],
                       client_secret=options["client_secret"],
                       boto3_client_kwargs={"endpoint_url": question["endpoint"], "config": Config(**config)})
        user.confirm_sign_up(given["ConfirmationCode"])
        return {"outcome": "output", "output": {}}
    except ClientError as error:
        body = error.response.get("Error", {})
        return {"outcome": "service_error", "code": body.get("Code"), "message": body.get("Message"),
                "typed": type(error) is not ClientError, "class": type(error).__name__}
    except BotoCoreError as error:
        kind = KINDS.get(type(error).__name__, "transport")
        return {"outcome": "client_error", "kind": kind, "class": type(error).__name__, "message": str(error)}
    except Exception as error:
        return {"outcome": "client_error", "kind": "raw", "class": type(error).__name__, "message": str(error)}

say({"hello": {"protocol": 1, "name": "pycognito", "version": importlib.metadata.version("pycognito"),
               "language": "Python " + platform.python_version(), "members": MEMBERS,
               "features": ["typed-errors", "attempts", "timeout", "secret-hash"]}})
for line in sys.stdin:
    question = json.loads(line)
    say({"id": question["id"], **call(question)})
