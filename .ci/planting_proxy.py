#!/usr/bin/env python3
"""Stands before an emulator and changes what it answers to one kind of ConfirmSignUp request.

    planting_proxy.py PORT regression|fix COMMAND…

Starts COMMAND on a free port, which replaces `@PORT@` in its arguments and in the environment, listens on PORT and
passes everything on, but for this:

    regression   a request with 500 entries of ClientMetadata (`valid/client-metadata-500-entries`) is answered with 500
    fix          a request without SecretHash through an app client with a secret (`secret-hash/absent`) is refused, as
                 AWS does
"""

import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys

UPSTREAM_SECONDS_MAX = 30
JUDGED = "AWSCognitoIdentityProviderService.ConfirmSignUp"
OF_ONE_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length"}


def error(status, name, message):
    return status, json.dumps({"__type": name, "message": message}).encode()


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = 0
    planted = ""
    clients_with_secret = set()

    def instead(self, request):
        """The status and body that are planted, if this is the request for it."""
        if self.headers.get("X-Amz-Target") != JUDGED or not isinstance(request, dict):
            return None
        if self.planted == "regression":
            metadata = request.get("ClientMetadata")
            if isinstance(metadata, dict) and len(metadata) == 500:
                return error(500, "InternalErrorException", "planted")
        elif request.get("ClientId") in self.clients_with_secret and "SecretHash" not in request:
            client = request["ClientId"]
            text = f"Client {client} is configured with secret but SECRET_HASH was not received"
            return error(400, "NotAuthorizedException", text)
        return None

    def note(self, body):
        """Remembers an app client that has a secret."""
        client = parsed(body)
        client = client.get("UserPoolClient") if isinstance(client, dict) else None
        if isinstance(client, dict) and client.get("ClientSecret"):
            self.clients_with_secret.add(client["ClientId"])

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        planted = self.instead(parsed(body))
        if planted:
            return self.answer(planted[0], "", [("Content-Type", "application/x-amz-json-1.1")], planted[1])
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=UPSTREAM_SECONDS_MAX)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "connection":
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            content = response.read()
        except OSError:
            # As long as the emulator is not up, nobody answers here either.
            self.close_connection = True
            return None
        finally:
            connection.close()
        self.note(content)
        headers = [(name, value) for name, value in response.getheaders() if name.lower() not in OF_ONE_HOP]
        return self.answer(response.status, response.reason, headers, content)

    def answer(self, status, reason, headers, body):
        self.send_response_only(status, reason or None)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on

    def log_message(self, *arguments):
        pass


def parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


def main(port, planted, *command):
    if planted not in ("regression", "fix") or not command:
        sys.exit(__doc__)
    with socket.create_server(("127.0.0.1", 0)) as free:
        Proxy.upstream = free.getsockname()[1]
    Proxy.planted = planted
    put = lambda text: text.replace("@PORT@", str(Proxy.upstream))
    environment = {name: put(value) for name, value in os.environ.items()}
    emulator = subprocess.Popen([put(part) for part in command], env=environment)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Proxy).serve_forever()
    finally:
        emulator.terminate()


main(*sys.argv[1:])
