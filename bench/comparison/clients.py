"""Those who ask: wrk as fast as it goes, ./edge load at a constant rate, and many connections that only stay open."""
import contextlib, http.client, json, os, resource, socket, subprocess

from comparison.confs import HEADERS, TARGET
from comparison.machine import ROOT, stop_with

LATENCY_WARM_UP_SECONDS = 3


def header_options():
    return [word for name, value in HEADERS.items() for word in ("-H", f"{name}: {value}")]


def wrk(port, seconds, connections):
    """One round as fast as it goes: answers, requests per second, p99 in ms."""
    result = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "20s", *header_options(),
                             f"http://127.0.0.1:{port}{TARGET}"], capture_output=True, text=True)
    answers, rate, p99 = 0, 0.0, float("nan")
    for line in result.stdout.splitlines():
        words = line.split()
        if "requests in" in line:
            answers = int(words[0])
        elif line.startswith("Requests/sec"):
            rate = float(words[1])
        elif words[:1] == ["99%"]:
            p99 = milliseconds(words[1])
        elif "Non-2xx" in line or "Socket errors" in line:
            stop_with(f"port {port}: {line.strip()}; every answer must be a 200")
    if not answers:
        stop_with(f"port {port}: no answers\n{result.stdout}{result.stderr}")
    return answers, rate, p99


def milliseconds(text):
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60000.0)):
        if text.endswith(unit):
            return float(text[:-len(unit)]) * factor
    return float("nan")


def constant_rate(port, rate, seconds, connections):
    """One round of ./edge load: what it prints as JSON."""
    result = subprocess.run(
        [os.path.join(ROOT, "edge"), "load", "--json", "--rate", str(rate), "--seconds", str(seconds), "--warm-up",
         str(LATENCY_WARM_UP_SECONDS), "-c", str(connections), *header_options(), f"http://127.0.0.1:{port}{TARGET}"],
        capture_output=True, text=True)
    if result.returncode:
        stop_with(f"port {port}: ./edge load failed ({result.returncode}): {result.stderr[-500:]}")
    run = json.loads(result.stdout)
    if not run["answered"]:
        stop_with(f"port {port}: no answers at {rate} requests/s; expected a part of what wrk got: the machine is too busy to measure")
    if run["failed"] or set(run["statuses"]) - {"200"}:
        stop_with(f"port {port}: every answer must be a 200, got {run['failures']} and {sorted(run['statuses'])}")
    return run


def ask(port, key):
    """One request with that key: status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", TARGET, headers={**HEADERS, "Authorization": "Bearer " + key})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@contextlib.contextmanager
def idle_connections(port, count):
    """Holds connections open, each after one answered request."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 100:
        stop_with(f"{count} connections: this process may have {hard} files open, expected {count + 100} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 100), hard))
    head = f"GET {TARGET} HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in HEADERS.items()) + "\r\n"
    with contextlib.ExitStack() as stack:
        for number in range(count):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            connection.sendall(head.encode())
            answer = connection.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200"):
                stop_with(f"port {port}: connection {number + 1} of {count} was answered {answer[:60]!r}, expected 200")
        yield
