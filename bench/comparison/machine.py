"""Processes of one run, and what they have used."""
import collections, contextlib, os, shutil, signal, socket, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PACKAGES = {"wrk": "wrk", "nginx": "nginx", "haproxy": "haproxy", "redis-server": "redis-server"}


# What ends a run early; one that was ignored when it began (nohup, &) stays ignored.
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_with(message):
    print(message, file=sys.stderr)
    sys.exit(1)


def end_by_signals():
    """From now on those signals end this run by an exception: what it has started and made is ended and removed first."""
    def end(number, _):
        with contextlib.suppress(OSError):
            print(f"ended by {signal.Signals(number).name}: what was started is ended and its folder removed", file=sys.stderr, flush=True)
        sys.exit(128 + number)
    for number in ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


@contextlib.contextmanager
def undisturbed():
    """A signal that comes within takes effect after it: a process that was started is always known, and all are ended."""
    came = []
    handlers = {number: signal.getsignal(number) for number in ENDINGS if signal.getsignal(number) is not signal.SIG_IGN}
    for number in handlers:
        signal.signal(number, lambda seen, _: came.append(seen))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def require(tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing " + " ".join(missing), flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "-qq", "update"], **quiet)
        subprocess.run(["apt-get", "-qq", "-y", "--no-install-recommends", "install"] + [PACKAGES[t] for t in missing], **quiet)
        missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        stop_with(f"missing on this machine: {' '.join(missing)}; install them (apt-get install {' '.join(missing)})")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """The processes of this run and the directory that they write to; all end with it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="edge-peers-")
        self.processes = []

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def start(self, name, command, port, seconds=15, environment=None):
        with open(os.path.join(self.dir, name + ".log"), "wb") as log, undisturbed():
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=ROOT,
                                       env={**os.environ, **(environment or {})})
            self.processes.append(process)
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                return process
            time.sleep(0.05)
        stop_with(f"{name} does not listen on port {port}:\n{self.log_of(name)}")

    def log_of(self, name):
        with open(os.path.join(self.dir, name + ".log"), errors="replace") as log:
            return log.read()[-2000:]

    def ask_to_end(self, process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)

    def end(self, process):
        self.ask_to_end(process)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self):
        with undisturbed():
            for process in self.processes:
                self.ask_to_end(process)
            for process in self.processes:
                self.end(process)
            shutil.rmtree(self.dir, ignore_errors=True)


def stat_of(path):
    """Name, parent, user and system ticks of a process or thread."""
    with open(path) as file:
        text = file.read()
    fields = text[text.rindex(")") + 2:].split()
    return text[text.index("(") + 1:text.rindex(")")], int(fields[1]), int(fields[11]), int(fields[12])


def family(root):
    """A process and all that descend from it."""
    children = collections.defaultdict(list)
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, ValueError):
            children[stat_of(f"/proc/{entry}/stat")[1]].append(int(entry))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children[pid]
    return found


def stolen_ms():
    """Milliseconds since the machine started in which its host let others have this machine's processors."""
    with open("/proc/stat") as file:
        return int(file.readline().split()[8]) * 1000 // TICKS_PER_SECOND


def process_ticks(root):
    ticks = 0
    for pid in family(root):
        with contextlib.suppress(OSError):
            _, _, user, system = stat_of(f"/proc/{pid}/stat")
            ticks += user + system
    return ticks


def thread_ticks(root):
    """(thread id, name) to user and system ticks."""
    found = {}
    for pid in family(root):
        with contextlib.suppress(OSError):
            for tid in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(OSError):
                    name, _, user, system = stat_of(f"/proc/{pid}/task/{tid}/stat")
                    found[tid, name] = (user, system)
    return found


def kind_of_thread(name):
    lower = name.lower()
    for kind, marks in (
        ("JIT", ("c1 compiler", "c2 compiler", "sweeper")),
        ("GC", ("gc thread", "g1 ", "vm thread", "zgc", "shenandoah")),
        ("journal", ("journal", "ledger")),
        ("gossip", ("gossip",)),
        ("admin", ("admin",)),
        ("loop", ("loop", "epoll", "nio", "edge-")),
    ):
        if any(mark in lower for mark in marks):
            return kind
    return "other"
