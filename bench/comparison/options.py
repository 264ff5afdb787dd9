"""What bench/peers is asked for: checked before anything is started."""
import argparse, math, os, sys

from comparison.machine import ROOT
from comparison.peers import CONNECTIONS

USAGE = 2
NAMES = ("edge", "edge-h2", "haproxy", "nginx", "spring")
MOST_CONNECTIONS = max(1, CONNECTIONS - 200)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message):
        words = message[len("argument "):] if message.startswith("argument ") else message
        print(f"bench/peers: {words}; see bench/peers --help", file=sys.stderr)
        sys.exit(USAGE)


def whole(lowest, highest):
    def read(text):
        try:
            value = int(text)
        except ValueError:
            value = lowest - 1
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text}: expected a whole number from {lowest} to {highest}")
        return value
    return read


def numbers(highest, example):
    def read(text):
        try:
            values = [int(word) for word in text.split(",")]
        except ValueError:
            values = []
        if not values or min(values) < 1 or max(values) > highest:
            raise argparse.ArgumentTypeError(f"{text}: expected numbers from 1 to {highest}, such as {example}")
        return values
    return read


def ratio(text):
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: expected a ratio above 0, such as 1.03")
    return value


def names(text):
    found = text.split(",")
    if set(found) - set(NAMES) or len(found) != len(set(found)):
        raise argparse.ArgumentTypeError(f"{text}: expected some of {', '.join(NAMES)}, each once")
    return found


def checkout(text):
    path = os.path.abspath(text)
    if not os.access(os.path.join(path, "edge"), os.X_OK) or os.path.isdir(os.path.join(path, "edge")):
        raise argparse.ArgumentTypeError(f"{text}: expected a checkout of this project, no ./edge is in it")
    return path


def new_file(text):
    folder = os.path.dirname(os.path.abspath(text))
    if os.path.isdir(text) or not os.path.isdir(folder) or not os.access(text if os.path.exists(text) else folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text}: expected a file that can be written, in a folder that is there")
    return text


def parse(words, description):
    parser = Parser(prog="bench/peers", description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--rounds", type=whole(1, 1000), default=15)
    add("--seconds", type=whole(1, 3600), default=3)
    add("--connections", type=whole(1, MOST_CONNECTIONS), default=64)
    add("--warm-up", type=whole(1, 1000), default=4, help="rounds of 5 s before the first that counts")
    add("--only", type=names, default="edge,haproxy,nginx")
    add("--base", metavar="CHECKOUT", type=checkout, help="another checkout of this project, to compare with")
    add("--cluster", type=whole(1, 64), metavar="N", default=0, help="N nodes beside it; compares with a lone one")
    add("--power", action="store_true", help="compares with durability: power")
    add("--no-journal", action="store_true", help="compares with a node that drops every record")
    add("--latency", type=whole(1, 3600), metavar="S", default=0, help="also latencies at constant rates, S seconds a round")
    add("--percent", type=numbers(100, "50,70,90"), default="50", help="of the slowest one's peak, for --latency: 50,70,90")
    add("--memory", type=whole(1, MOST_CONNECTIONS), metavar="N", default=0, help="also memory with N idle connections")
    add("--growth", type=numbers(MOST_CONNECTIONS, "16,256,1024"), metavar="LIST", default=[], help="also rounds with so many connections: 16,256,1024")
    add("--loops", type=whole(1, 256), metavar="N", default=1, help="event loops of each, 1 unless given")
    add("--bound", type=ratio, default=1.03, help="for the upper end of the interval of the ratio to --base or the lone node")
    add("--json", type=new_file, metavar="FILE", help="writes the rounds to this file")
    options = parser.parse_args(words)
    for option, given in (("--base", options.base), ("--cluster", options.cluster), ("--power", options.power), ("--no-journal", options.no_journal)):
        if given and "edge" not in options.only:
            parser.error(f"--only {','.join(options.only)}: expected edge among them, {option} compares with it")
    beside = set(options.only) - {"edge", "edge-h2"}
    if beside and beside == set(options.only):
        parser.error(f"--only {','.join(options.only)}: nothing is compared; expected edge or edge-h2 among them")
    return options


def contenders(options):
    """Names of all that are compared, and the checkouts of those of them that are this project's builds."""
    added = {"base": options.base, "lone": options.cluster and ROOT, "power": options.power and ROOT, "no-journal": options.no_journal and ROOT}
    checkouts = {"edge": ROOT, "edge-h2": ROOT, **{name: path for name, path in added.items() if path}}
    return options.only + [name for name, path in added.items() if path], checkouts
