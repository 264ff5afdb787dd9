"""Rounds, and what they say."""
import collections, math, statistics

from comparison.clients import constant_rate, idle_connections, wrk
from comparison.machine import TICKS_PER_SECOND, family, kind_of_thread, process_ticks, stolen_ms, thread_ticks

PERCENTILES = ("p50", "p99", "p99.9")
KIB_PER_MIB = 1024

# What this proxy is held to against peers' CPU, by exclusive connections to the upstream and by HTTP/2: medians of ratios lie below.
BOUNDS = {"edge": 1.0, "edge-h2": 0.75}
# Fewer rounds than these, and an interval of medians is what was lowest and highest by chance.
ROUNDS_OF_INTERVAL = 5
# More than this part of a node's CPU in its JIT's threads, and it was not warm.
JIT_PART = 0.1
COMPARED_ONLY = {"edge", "edge-h2", "power", "no-journal"}


def median_interval(values):
    """The median, and the order statistics that hold the true one with at least 95 % (whatever the distribution)."""
    ordered, count = sorted(values), len(values)
    below, rank = 0.0, 0
    while rank < count // 2:
        below += math.comb(count, rank) / 2.0 ** count
        if below > 0.025:
            break
        rank += 1
    low = max(rank - 1, 0)
    return statistics.median(ordered), ordered[low], ordered[count - 1 - low]


def turns(peers, rounds):
    """Names round by round, every other round in reverse order."""
    for number in range(rounds):
        yield number, list(peers) if number % 2 == 0 else list(reversed(peers))


def measure(peers, options):
    rounds = {name: [] for name in peers}
    threads, answered = collections.Counter(), collections.Counter()
    for number, names in turns(peers, options.rounds):
        for name in names:
            port, process = peers[name]
            threads_before = thread_ticks(process.pid) if name in BOUNDS else {}
            before = process_ticks(process.pid)
            answers, rate, p99 = wrk(port, options.seconds, options.connections)
            ticks = process_ticks(process.pid) - before
            rounds[name].append((ticks * 1e6 / TICKS_PER_SECOND / answers, rate, p99))
            answered[name] += answers
            if name in BOUNDS:
                for key, (user, system) in thread_ticks(process.pid).items():
                    old_user, old_system = threads_before.get(key, (0, 0))
                    threads[name, kind_of_thread(key[1]), "user"] += user - old_user
                    threads[name, kind_of_thread(key[1]), "system"] += system - old_system
        print(f"round {number + 1:2}: " + "  ".join(f"{name} {rounds[name][-1][0]:6.2f} us" for name in peers), flush=True)
    return rounds, threads, answered


def report(rounds, threads, answered, bound):
    print(f"\n{'':11}{'us CPU/request':>16}{'min':>8}{'max':>8}{'requests/s':>12}{'p99 ms':>9}")
    for name, values in rounds.items():
        cpu, rate, p99 = zip(*values)
        print(f"{name:11}{statistics.median(cpu):16.2f}{min(cpu):8.2f}{max(cpu):8.2f}{statistics.median(rate):12.0f}{statistics.median(p99):9.2f}")
    held, ratios = True, {}
    for ours in (name for name in BOUNDS if name in rounds):
        print(f"\n{ours}, us CPU per request by thread:")
        for kind in sorted({kind for name, kind, _ in threads if name == ours}):
            user, system = (threads[ours, kind, part] * 1e6 / TICKS_PER_SECOND / answered[ours] for part in ("user", "system"))
            print(f"  {kind:8} user {user:6.2f}  system {system:6.2f}")
        print()
        for peer in (name for name in rounds if name != ours and (ours == "edge" or name not in ("base", "lone", "power", "no-journal"))):
            ratio = [mine[0] / theirs[0] for mine, theirs in zip(rounds[ours], rounds[peer])]
            ratios[peer if ours == "edge" else f"{ours}/{peer}"] = middle, low, high = median_interval(ratio)
            held &= peer in COMPARED_ONLY or (high < bound if peer in ("base", "lone") else middle < BOUNDS[ours])
            print(f"{ours}/{peer}: median ratio {middle:.3f}, 95 % interval {low:.3f} to {high:.3f}")
        say_when_cold(ours, threads)
    say_what_intervals_hold(rounds, ratios)
    return held, ratios


def say_when_cold(ours, threads):
    of_all, of_jit = (sum(ticks for (name, kind, _), ticks in threads.items() if name == ours and kind in kinds)
                      for kinds in ({kind for _, kind, _ in threads}, {"JIT"}))
    if of_jit > JIT_PART * of_all:
        print(f"{ours}: its JIT compiler took {100 * of_jit / of_all:.0f} % of its CPU in these rounds, expected {100 * JIT_PART:.0f} % at most: "
              "the warm-up was too short, give a larger --warm-up")


def say_what_intervals_hold(rounds, ratios):
    count = min(map(len, rounds.values()))
    if not ratios:
        print("nothing is compared, and no bound is held: expected another one by --only, --base, --cluster, --power or --no-journal")
    elif count < ROUNDS_OF_INTERVAL:
        print(f"{count} round{'s' * (count > 1)}: the intervals say little, they are the lowest and the highest that came; "
              f"expected {ROUNDS_OF_INTERVAL} rounds or more, 15 say something")


def measure_growth(peers, counts, options):
    """CPU, requests/s and p99 with so many connections: count to name to its rounds; and the answers that each gave."""
    grown, answered = {count: {name: [] for name in peers} for count in counts}, collections.Counter()
    print("\nconnections" + "".join(f"{name + ' us':>14}{'requests/s':>12}{'p99 ms':>9}" for name in peers) + "   (medians of rounds)", flush=True)
    for count in counts:
        for _, names in turns(peers, options.rounds):
            for name in names:
                port, process = peers[name]
                before = process_ticks(process.pid)
                answers, rate, p99 = wrk(port, options.seconds, count)
                grown[count][name].append(((process_ticks(process.pid) - before) * 1e6 / TICKS_PER_SECOND / answers, rate, p99))
                answered[name] += answers
        medians = [[statistics.median(column) for column in zip(*values)] for values in grown[count].values()]
        print(f"{count:11}" + "".join(f"{cpu:14.2f}{rate:12.0f}{p99:9.2f}" for cpu, rate, p99 in medians), flush=True)
    return grown, answered


def measure_latency(peers, rate, options):
    """Rounds at a constant rate: name to the percentiles of each in us; the answers that each gave, and what was not sent."""
    times, stolen, answered, due, unsent = {name: [] for name in peers}, [], collections.Counter(), 0, 0
    print(f"\n{rate} requests/s, {options.latency} s each, us from when a request was due ({', '.join(PERCENTILES)}):", flush=True)
    for number, names in turns(peers, options.rounds):
        for name in names:
            before = stolen_ms()
            run = constant_rate(peers[name][0], rate, options.latency, options.connections)
            stolen.append(stolen_ms() - before)
            times[name].append([run["latency_ns"][key] / 1000 for key in PERCENTILES])
            answered[name] += run["answered"]
            due += run["due"]
            unsent += run["never_sent"]
        print(f"round {number + 1:2}: " + "  ".join(
            name + "".join(f" {us:8.0f}" for us in times[name][-1]) for name in peers), flush=True)
    print(f"the machine's host took processors away in {sum(ms > 0 for ms in stolen)} of {len(stolen)} runs, {max(stolen)} ms in one at most")
    return times, answered, unsent / due


def report_latency(times, unsent):
    """Medians of the rounds, what each adds to the upstream alone, and ratios of "edge" to each other one."""
    print(f"\n{'':11}" + "".join(f"{key + ' us':>10}" for key in PERCENTILES) + "   (medians of rounds)")
    for name, values in times.items():
        print(f"{name:11}" + "".join(f"{statistics.median(column):10.0f}" for column in zip(*values)))
    for name in (name for name in times if name != "direct" and "direct" in times):
        added = [statistics.median(ours[at] - alone[at] for ours, alone in zip(times[name], times["direct"]))
                 for at in range(len(PERCENTILES))]
        print(f"{name:11}" + "".join(f"{us:10.0f}" for us in added) + "   (median added to direct)")
    ratios = {}
    for peer in (name for name in times if name not in ("edge", "direct") and "edge" in times):
        for at, key in enumerate(PERCENTILES):
            ratio = [ours[at] / theirs[at] for ours, theirs in zip(times["edge"], times[peer])]
            ratios[f"{peer} {key}"] = middle, low, high = median_interval(ratio)
            print(f"edge/{peer} {key}: median ratio {middle:.3f}, 95 % interval {low:.3f} to {high:.3f}")
    if ratios:
        say_what_intervals_hold(times, ratios)
    if unsent:
        print(f"{100 * unsent:.2f} % of the requests were due and could not be sent: all connections waited for answers")
    return ratios


def resident_mib(process):
    """Resident memory of a process and all below it."""
    total = 0
    for pid in family(process.pid):
        with open(f"/proc/{pid}/status") as status:
            total += sum(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return total / KIB_PER_MIB


def measure_memory(peers, count):
    """Resident memory before and with that many idle keep-alive connections: name to (before, with), MiB."""
    memory = {}
    for name, (port, process) in peers.items():
        before = resident_mib(process)
        with idle_connections(port, count):
            memory[name] = before, resident_mib(process)
        print(f"{name:11}{memory[name][0]:8.1f} MiB, with {count} idle connections {memory[name][1]:8.1f} MiB", flush=True)
    return memory
