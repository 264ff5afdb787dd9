package openclaw.edge.sync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What goes wrong, as a seed says: links are cut one way, both ways, between groups or around one node, and flap; nodes
 * are killed and come back with what they left, with an older copy of it or with nothing, their wall clocks wrong; they
 * leave, and newcomers join, empty or with a copy of what another one has while that lives on; they
 * stand still, wholly or their gossip alone; limits change. When it is over everything is whole again and everybody up.
 */
final class Schedule {

    private static final long[] GAPS_NS = {
        50 * World.MS, 200 * World.MS, 500 * World.MS, 1000 * World.MS, 3000 * World.MS
    };
    private static final String WITH_NOTHING = "with nothing";

    /** Where no node is. */
    private static final int NOWHERE = 99;

    /** How long a node that leaves may take to tell what it counted. */
    private static final long GOODBYE_NS = 400 * World.MS;

    private static final long[] OUTAGES_NS = {20 * World.MS, 300 * World.MS, 1500 * World.MS, 4000 * World.MS};

    private final World world;
    private final Faults faults;
    private final Random random;
    private final long untilNs;
    private final SimulatedDisk[] backups;
    private final boolean[] away;

    /** Which faults there are beside those of the network. */
    record Faults(
            boolean kills,
            boolean lostDisks,
            boolean pauses,
            boolean clocks,
            boolean members,
            boolean limits,
            boolean lists,
            boolean dead,
            boolean twins,
            boolean oneWay) {
        static final Faults NETWORK = new Faults(false, false, false, false, false, false, false, false, false, false);

        static Faults of(final Random random) {
            return new Faults(
                    random.nextInt(2) == 0,
                    random.nextInt(3) == 0,
                    random.nextInt(3) == 0,
                    random.nextInt(3) == 0,
                    random.nextInt(4) == 0,
                    random.nextInt(3) == 0,
                    random.nextInt(3) == 0,
                    random.nextInt(4) == 0,
                    random.nextInt(6) == 0,
                    false);
        }

        /** And links that pass one way only: rings of them, and nodes that all hear or that hear all. */
        Faults withOneWay() {
            return new Faults(kills, lostDisks, pauses, clocks, members, limits, lists, dead, twins, true);
        }
    }

    /** Begins at once; nothing goes wrong any more from {@code untilNs} on. */
    Schedule(final World world, final Faults faults, final long untilNs) {
        this.world = world;
        this.faults = faults;
        this.random = new Random(world.random().nextLong());
        this.untilNs = untilNs;
        this.backups = new SimulatedDisk[world.nodes().length];
        this.away = new boolean[world.nodes().length];
        newcomers();
        next();
        world.events().at(untilNs, this::end);
    }

    private void next() {
        final long gapNs = GAPS_NS[random.nextInt(GAPS_NS.length)];
        if (world.events().nowNs() + gapNs < untilNs) {
            world.events().after(gapNs, () -> {
                step();
                next();
            });
        }
    }

    private void step() {
        final int choice = random.nextInt(10);
        if (choice < 6) {
            cut(choice);
        } else if (choice < 8 && faults.kills()) {
            kill(random.nextInt(world.configured()));
        } else if (choice == 8 && faults.pauses()) {
            pause(random.nextInt(world.configured()));
        } else if (choice == 9 && faults.members()) {
            leave(random.nextInt(world.configured()));
        } else if (faults.limits() && random.nextBoolean()) {
            changeLimits();
        } else {
            quality();
        }
    }

    /** Nodes that nobody's configuration names, but that know the others: each comes at some instant, cuts or not. */
    private void newcomers() {
        final long fromNs = world.events().nowNs();
        for (int number = world.configured(); number < world.nodes().length; number++) {
            final SimulatedNode node = world.node(number);
            world.events().at(fromNs + (long) (random.nextDouble() * (untilNs - fromNs)), () -> {
                final List<SimulatedNode> originals = world.running();
                if (faults.twins() && !originals.isEmpty()) {
                    twin(node, originals.get(random.nextInt(originals.size())));
                } else {
                    world.note(node.name() + " starts for the first time");
                }
                node.start();
            });
        }
    }

    /** A directory is copied while its node runs, or a whole machine, and started as another node. */
    private void twin(final SimulatedNode node, final SimulatedNode original) {
        final boolean isMachine = random.nextBoolean();
        node.twinOf(original, isMachine);
        // What the copy takes for time in which it was down is what its clock is ahead of the original's.
        world.tolerate(Math.max(0, node.wallErrorNs() - original.wallErrorNs()));
        if (isMachine) {
            world.invariants().twins(original);
        }
        world.note(node.name() + " starts as a copy of " + original.name() + (isMachine ? "'s machine" : "'s files"));
    }

    /** A node that is drained: it says goodbye, ends, and comes back some time later. */
    private void leave(final int number) {
        final SimulatedNode node = world.node(number);
        if (!node.isRunning() || away[number] || node.isPaused()) {
            return;
        }
        world.note(node.name() + " says goodbye");
        node.goodbye();
        final int life = node.life();
        world.events().after(GOODBYE_NS, () -> {
            if (node.life() == life && node.isRunning()) {
                kill(number);
            }
        });
    }

    private void cut(final int choice) {
        final int nodes = world.nodes().length;
        final int[] groups = random.ints(nodes, 0, 3).toArray();
        final int lonely = random.nextInt(nodes);
        final boolean[][] oneWay = faults.oneWay() && random.nextBoolean() ? oneWay(nodes, lonely) : null;
        final StringBuilder cuts = new StringBuilder();
        for (int a = 0; a < nodes; a++) {
            for (int b = 0; b < nodes; b++) {
                final boolean down = oneWay != null
                        ? oneWay[a][b]
                        : switch (choice) {
                            case 0 -> false;
                            case 1 -> groups[a] != groups[b];
                            case 2 ->
                                a < b ? random.nextBoolean() : !world.network().isUp(b, a);
                            case 3 -> random.nextInt(5) < 2;
                            case 4 -> (a == lonely) != (b == lonely);
                            default -> random.nextInt(8) == 0;
                        };
                final boolean cut = a != b && down;
                world.network().cut(a, b, cut);
                if (cut) {
                    cuts.append(' ').append(a).append('>').append(b);
                }
            }
        }
        world.note(cuts.isEmpty() ? "all links up" : "links down:" + cuts);
    }

    /** Each sends to its successor alone, or one is heard by all and hears nobody, or the other way round. */
    private boolean[][] oneWay(final int nodes, final int lonely) {
        final boolean[][] down = new boolean[nodes][nodes];
        final int kind = random.nextInt(3);
        final int step = 1 + random.nextInt(nodes - 1);
        for (int a = 0; a < nodes; a++) {
            for (int b = 0; b < nodes; b++) {
                down[a][b] = switch (kind) {
                    case 0 -> b != (a + step) % nodes;
                    case 1 -> b == lonely;
                    default -> a == lonely;
                };
            }
        }
        return down;
    }

    private void quality() {
        final double loss = random.nextInt(3) * 0.1;
        final long jitterNs = (1L + random.nextInt(20)) * World.MS;
        world.network().quality(200_000, jitterNs, loss, random.nextInt(2) * 0.05);
        world.note("loss " + loss + ", jitter " + jitterNs / World.MS + " ms");
    }

    private void kill(final int number) {
        final SimulatedNode node = world.node(number);
        if (!node.isRunning() || away[number]) {
            return;
        }
        final long outageNs = OUTAGES_NS[random.nextInt(OUTAGES_NS.length)];
        world.note(node.name() + " killed for " + outageNs / World.MS + " ms");
        node.kill();
        away[number] = true;
        if (backups[number] == null || random.nextBoolean()) {
            backups[number] = node.disk().copy();
        }
        world.events().after(outageNs, () -> comeBack(number));
    }

    private void comeBack(final int number) {
        if (!away[number]) {
            return;
        }
        away[number] = false;
        final SimulatedNode node = world.node(number);
        String how = "with what it left";
        if (faults.lostDisks()) {
            final int choice = random.nextInt(3);
            if (choice == 1) {
                node.disk(SimulatedDisk.empty(number));
                how = WITH_NOTHING;
            } else if (choice == 2) {
                node.disk(backups[number].copy());
                node.newDirectory();
                how = "with an older copy";
            }
        }
        if (faults.clocks() && random.nextBoolean()) {
            final long errorNs = (random.nextInt(21) - 10L) * World.SECOND;
            how += ", its wall clock wrong by " + errorNs / World.SECOND + " s";
            world.tolerate(Math.max(0, errorNs - node.wallErrorNs()));
            node.wallErrorNs(errorNs);
        }
        if (faults.lists()) {
            // Of a list that gets a wrong address later nobody is to notice anything, but who begins anew and all
            // alone.
            final boolean isWrong = random.nextBoolean() && !how.startsWith(WITH_NOTHING);
            final List<String> list = new ArrayList<>(world.configuredPeers());
            if (isWrong) {
                list.add(random.nextInt(list.size() + 1), SimulatedNetwork.peer(NOWHERE));
                how += ", an address in its list where nobody is";
            }
            world.peers(number, list);
        }
        world.note(node.name() + " starts " + how);
        node.start();
    }

    private void pause(final int number) {
        final SimulatedNode node = world.node(number);
        if (!node.isRunning() || node.isPaused()) {
            return;
        }
        final boolean whole = random.nextBoolean();
        final long outageNs = OUTAGES_NS[random.nextInt(OUTAGES_NS.length)];
        world.note(node.name() + (whole ? " stands still for " : "'s gossip stands still for ") + outageNs / World.MS
                + " ms");
        final int life = node.life();
        standStill(node, whole, true);
        world.events().after(outageNs, () -> {
            if (node.life() == life) {
                standStill(node, whole, false);
            }
        });
    }

    private static void standStill(final SimulatedNode node, final boolean whole, final boolean still) {
        if (whole) {
            node.pause(still);
        } else {
            node.stall(still);
        }
    }

    private void changeLimits() {
        world.changeLimits();
        world.note("limits change");
        for (final SimulatedNode node : world.nodes()) {
            final int life = node.life();
            world.events().after((long) random.nextInt(400) * World.MS, () -> {
                if (node.life() == life) {
                    node.reload();
                }
            });
        }
    }

    private void end() {
        world.network().healAll();
        world.network().quality(200_000, 300_000, 0, 0);
        for (int i = 0; i < away.length; i++) {
            world.node(i).pause(false);
            world.node(i).stall(false);
            comeBack(i);
            if (world.node(i).isLeaving()) {
                kill(i);
                comeBack(i);
            }
        }
        world.note("everything is whole again");
    }
}
