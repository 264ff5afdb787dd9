"""Starts those that are compared."""
import hashlib, http.client, json, os, resource, subprocess, time

from comparison.clients import ask
from comparison.confs import ANSWER, CATALOG, CLUSTER_CONF, EDGE_CONF, HAPROXY_CONF, KEY, NGINX_CONF, TENANT, UPSTREAM_CONF
from comparison.machine import ROOT, free_port, stop_with

WITHOUT_JOURNAL = "-Dopenclaw.edge.journal=discard-every-record"
JOURNAL_STATES = {"no-journal": "discards every record"}

# Connections that each may have; HAProxy takes two files for each.
CONNECTIONS = min(15_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] // 2 - 500)


def cluster_confs(size):
    """The cluster block of each node: of "edge" and, where size > 0, of the nodes beside it."""
    if not size:
        return {}
    ports = {name: free_port() for name in ["edge"] + [f"beside-{number + 1}" for number in range(size)]}
    return {name: CLUSTER_CONF.format(node=name, port=port, peers=", ".join(
        f"127.0.0.1:{other}" for other in ports.values() if other != port)) for name, port in ports.items()}


def start_edge(machine, name, checkout, upstream, loops, cluster, http2="false"):
    port, admin = free_port(), free_port()
    conf = EDGE_CONF.format(loops=loops, port=port, upstream=upstream, http2=http2, admin=admin, data="data-" + name) + cluster
    if checkout != ROOT:
        # Another build may not know what is off here anyway.
        conf = conf.replace("  http2: false\n", "")
    command = [os.path.join(checkout, "edge"), "run", "-c", machine.write(name + ".yaml", conf)]
    options = [os.environ.get("EDGE_JAVA_OPTS", "")] + [WITHOUT_JOURNAL] * (name == "no-journal")
    process = machine.start(name, command, port, 300, {"EDGE_JAVA_OPTS": " ".join(options).strip()})
    said, wanted = journal_state(admin), JOURNAL_STATES.get(name, "healthy")
    if said != wanted:
        stop_with(f"{name}: /health/ready says that its journal is '{said}', expected '{wanted}'")
    return port, process


def journal_state(admin):
    connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=5)
    connection.request("GET", "/health/ready")
    return json.loads(connection.getresponse().read())["journal"]


def start_spring(machine, port, upstream):
    """Spring Cloud Gateway, built when it is not there, and the Redis that its limiter asks."""
    folder = os.path.join(ROOT, "bench", "spring-gateway")
    jar = os.path.join(folder, "target", "spring-gateway.jar")
    if not os.path.exists(jar):
        print("building bench/spring-gateway", flush=True)
        built = subprocess.run(["mvn", "-q", "-B", "-f", folder, "package"], capture_output=True, text=True)
        if built.returncode:
            stop_with(f"bench/spring-gateway does not build:\n{built.stdout[-2000:]}{built.stderr[-500:]}")
    redis = free_port()
    machine.start("redis", ["redis-server", "--bind", "127.0.0.1", "--port", str(redis), "--save", "", "--dir", machine.dir], redis)
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    ports = {"PORT": str(port), "UPSTREAM_PORT": str(upstream), "REDIS_PORT": str(redis)}
    return machine.start("spring", [java, "-Xmx512m", "-jar", jar], port, 120, ports)


def start_peers(machine, names, checkouts, loops, cluster):
    """Starts the upstream and whoever is to be measured: name to (port, process); and the upstream's. Names in checkouts are this proxy's builds."""
    upstream, http2_upstream = free_port(), free_port()
    direct = machine.start("upstream", ["nginx", "-c", machine.write("upstream.conf", UPSTREAM_CONF.format(dir=machine.dir, port=upstream, http2_port=http2_upstream, answer=ANSWER, connections=CONNECTIONS))], upstream)
    machine.write("billing.yaml", CATALOG.format(tenant=TENANT, hash=hashlib.sha256(KEY.encode()).hexdigest()))
    confs = cluster_confs(cluster)
    confs["power"] = "journal: {durability: power}\n"
    for name in confs:
        if name.startswith("beside-"):
            start_edge(machine, name, ROOT, upstream, loops, confs[name])
    peers = {}
    for name in names:
        port = free_port()
        if name == "edge-h2":
            peers[name] = start_edge(machine, name, checkouts[name], http2_upstream, loops, "", "true")
        elif name in checkouts:
            peers[name] = start_edge(machine, name, checkouts[name], upstream, loops, confs.get(name, ""))
        elif name == "spring":
            peers[name] = (port, start_spring(machine, port, upstream))
        elif name == "haproxy":
            command = ["haproxy", "-db", "-f", machine.write("haproxy.cfg", HAPROXY_CONF.format(loops=loops, port=port, upstream=upstream, connections=CONNECTIONS))]
            peers[name] = (port, machine.start(name, command, port))
        else:
            command = ["nginx", "-c", machine.write("nginx.conf", NGINX_CONF.format(loops=loops, dir=machine.dir, port=port, upstream=upstream, connections=CONNECTIONS))]
            peers[name] = (port, machine.start(name, command, port))
        port = peers[name][0]
        status, body = ask(port, KEY)
        if (status, body) != (200, ANSWER):
            stop_with(f"{name}: expected 200 and the upstream's body, got {status} {body}\n{machine.log_of(name)}")
        if name in checkouts and ask(port, "no-such-key")[0] != 401:
            stop_with(f"{name}: an unknown key must be answered 401: the key check is part of what is measured")
    return peers, (upstream, direct)


def billed(machine, name, process):
    """Stops the proxy and asks the batch how many requests its journal holds."""
    machine.end(process)
    out = os.path.join(machine.dir, "invoices-" + name)
    total = 0
    months = {time.strftime("%Y-%m", time.gmtime(at)) for at in (time.time(), os.stat(machine.dir).st_ctime)}
    for month in sorted(months):
        run = subprocess.run([os.path.join(ROOT, "edge"), "invoice", "--catalog", os.path.join(machine.dir, "billing.yaml"),
                              "--journal", os.path.join(machine.dir, "data-" + name, "journal"), "--cycle", month, "--out", out],
                             capture_output=True, text=True)
        path = os.path.join(out, month, TENANT + ".json")
        if run.returncode or not os.path.exists(path):
            stop_with(f"./edge invoice for {month} failed ({run.returncode}): {run.stdout[-500:]}{run.stderr[-500:]}")
        with open(path) as invoice:
            total += int(json.load(invoice)["usage"]["requests"])
    return total
