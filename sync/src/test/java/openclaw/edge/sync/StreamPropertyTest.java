package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One log, one sender, one receiver over a channel that loses, duplicates and reorders: at every step the receiver has
 * all that its joined version claims, and when the channel heals and the rows rest it has everything.
 */
final class StreamPropertyTest {

    private static final long STEP_NS = 500_000L;

    @Test
    void shouldNeverClaimMoreThanWasReceived() {
        for (long seed = 1; seed <= 300; seed++) {
            new Run(seed).run();
        }
    }

    @Test
    @Tag("nightly")
    void shouldNeverClaimMoreThanWasReceivedForManySeeds() {
        for (long seed = 1_000_000; seed < 1_030_000; seed++) {
            new Run(seed).run();
        }
    }

    /** A datagram: a range with the values of the parts of rows in it, or an acknowledgement. */
    private record Datagram(long low, long high, long end, List<long[]> parts, List<Long> ack) {}

    /** A part of a row was given a value under a version, on the wire. */
    private record Change(long version, int row, int part, long value) {}

    private static final class Run {
        private static final int MAX_SPAN = 3;

        private final Random random;
        private final String where;
        private final int rows;
        private final ChangeLog log;
        private final RoundTrip roundTrip = new RoundTrip();
        private final SendStream sender;
        private final ReceiveStream receiver = new ReceiveStream();
        private final long[][] values;
        private final int[] spans;
        private final long[][] received;
        private final List<Change> changes = new ArrayList<>();
        private final List<Datagram> toReceiver = new ArrayList<>();
        private final List<Datagram> toSender = new ArrayList<>();
        private long nowNs = 1_000_000_000L;
        private long fromVersion;
        private double loss;
        private double duplication;

        Run(final long seed) {
            this.random = new Random(seed);
            this.where = "seed " + seed;
            this.rows = 1 + random.nextInt(40);
            this.log = new ChangeLog(2 * SendStream.MARKERS, 1 + random.nextInt(3) * 1000L);
            this.sender = new SendStream(log, roundTrip);
            this.values = new long[rows][MAX_SPAN];
            this.spans = new int[rows];
            this.received = new long[rows][MAX_SPAN];
            for (int row = 0; row < rows; row++) {
                spans[row] = 1 + random.nextInt(MAX_SPAN);
            }
            this.loss = random.nextInt(4) * 0.2;
            this.duplication = random.nextInt(3) * 0.2;
        }

        void run() {
            for (int step = 0; step < 400; step++) {
                if (random.nextInt(3) != 0) {
                    change();
                }
                if (random.nextInt(150) == 0) {
                    fromVersion = Math.max(log.baseVersion(), log.lastVersion() - random.nextInt(30));
                    sender.rewind(fromVersion);
                }
                if (random.nextInt(200) == 0) {
                    final int row = random.nextInt(rows);
                    log.remove(row);
                    changes.removeIf(change -> change.row() == row);
                }
                turn();
            }
            loss = 0;
            for (int step = 0; step < 4000 && (sender.hasUnsent() || sender.segments() > 0); step++) {
                turn();
            }
            assertThat(sender.lag()).as(where).isZero();
            assertThat(receiver.joinedVersion()).as(where).isEqualTo(log.lastVersion() + sender.offset());
            check();
        }

        private void turn() {
            nowNs += STEP_NS;
            send();
            deliver(toReceiver, true);
            deliver(toSender, false);
            check();
        }

        private void change() {
            final int row = random.nextInt(rows);
            final int span = spans[row];
            log.stamp(row, span);
            for (int part = 0; part < span; part++) {
                values[row][part]++;
                changes.add(new Change(log.version(row) - span + 1 + part, row, part, values[row][part]));
            }
        }

        private void send() {
            for (int again = sender.dueAgain(nowNs); again != ChangeLog.NONE; again = sender.dueAgain(nowNs)) {
                write(sender.beginAgain(again));
            }
            while (sender.canSendNew()) {
                write(sender.beginNew());
            }
        }

        private void write(final long low) {
            final List<long[]> parts = new ArrayList<>();
            final int room = 1 + random.nextInt(6);
            while (sender.row() != ChangeLog.NONE && parts.size() < room) {
                final int row = sender.row();
                assertThat(sender.part()).as(where).isBetween(0, spans[row] - 1);
                parts.add(new long[] {row, sender.part(), values[row][sender.part()]});
                sender.advance();
            }
            final long high = sender.high();
            sender.end(nowNs);
            put(toReceiver, new Datagram(low, high, log.lastVersion() + sender.offset(), parts, null));
        }

        private void put(final List<Datagram> channel, final Datagram datagram) {
            if (random.nextDouble() >= loss) {
                channel.add(datagram);
                if (random.nextDouble() < duplication) {
                    channel.add(datagram);
                }
            }
        }

        private void deliver(final List<Datagram> channel, final boolean isChanges) {
            final int deliveries = random.nextInt(1 + 2 * channel.size());
            for (int i = 0; i < deliveries && !channel.isEmpty(); i++) {
                final int which = random.nextInt(4) == 0 ? random.nextInt(channel.size()) : 0;
                final Datagram datagram = channel.remove(which);
                if (isChanges) {
                    receive(datagram);
                } else {
                    acknowledge(datagram.ack());
                }
            }
        }

        private void receive(final Datagram datagram) {
            for (final long[] part : datagram.parts()) {
                final long[] row = received[(int) part[0]];
                row[(int) part[1]] = Math.max(row[(int) part[1]], part[2]);
            }
            receiver.received(datagram.low(), datagram.high(), datagram.end());
            final List<Long> ack = new ArrayList<>();
            ack.add(receiver.joinedVersion());
            for (int i = 0; i < receiver.ranges(); i++) {
                assertThat(receiver.low(i)).as(where).isGreaterThan(ack.get(ack.size() - 1));
                ack.add(receiver.low(i));
                ack.add(receiver.high(i));
            }
            put(toSender, new Datagram(0, 0, 0, null, ack));
        }

        private void acknowledge(final List<Long> ack) {
            assertThat(sender.onAck(ack.get(0), nowNs)).as(where).isTrue();
            for (int i = 1; i < ack.size(); i += 2) {
                sender.onAckRange(ack.get(i), ack.get(i + 1), nowNs);
            }
        }

        /** Only changes made since the stream was rewound carry the numbers that it claims by. */
        private void check() {
            assertThat(receiver.solidVersion()).as(where).isLessThanOrEqualTo(receiver.joinedVersion());
            for (final Change change : changes) {
                final long version = change.version() + sender.offset();
                final boolean isLatest = values[change.row()][change.part()] == change.value();
                if (change.version() > fromVersion
                        && version <= (isLatest ? receiver.joinedVersion() : receiver.solidVersion())) {
                    assertThat(received[change.row()][change.part()])
                            .as("%s: version %d, row %d", where, change.version(), change.row())
                            .isGreaterThanOrEqualTo(change.value());
                }
            }
        }
    }
}
