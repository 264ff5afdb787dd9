"""Where and when a run was: what its file tells beside the figures."""
import contextlib, os, platform, shlex, subprocess, sys, time

from comparison.machine import ROOT, family

VERSION_OPTIONS = {"haproxy": "-v", "nginx": "-v", "wrk": "-v", "redis-server": "--version"}


def first_line(*command):
    """The first line that a command says, or None."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=20)
        return next(iter(said.stdout.splitlines()), None)
    return None


def cpu_model():
    with contextlib.suppress(OSError), open("/proc/cpuinfo", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def commit(checkout):
    """The commit of a checkout, with "-dirty" where files differ from it; None where it is none."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        said = subprocess.run(["git", "-C", checkout, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        return said.stdout.strip() or None
    return None


def jdk(process):
    """The Java that runs a process or one below it, or None."""
    for pid in family(process.pid):
        with contextlib.suppress(OSError):
            java = os.readlink(f"/proc/{pid}/exe")
            if os.path.basename(java) == "java":
                return first_line(java, "-version")
    return None


def describe(tools, peers, checkouts):
    """What is known before the rounds begin."""
    javas = {name: jdk(process) for name, (_, process) in peers.items()}
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "command": shlex.join(["bench/peers"] + sys.argv[1:]),
        "commit": {name: commit(checkouts[name]) for name in peers if name in checkouts},
        "jdk": {name: java for name, java in javas.items() if java},
        "versions": {tool: first_line(tool, VERSION_OPTIONS[tool]) for tool in tools},
        "cpu": cpu_model(),
        "cpus": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "load_average": list(os.getloadavg()),
    }
