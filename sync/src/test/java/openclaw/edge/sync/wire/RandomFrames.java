package openclaw.edge.sync.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Fills a datagram's body with frames of random kinds and values, and writes down what a reader must see. */
final class RandomFrames {

    private final Random random;
    private final FrameEncoder encoder;
    private final FrameText expected = new FrameText();
    private final EntryFlyweight entry = new EntryFlyweight();
    private final MemberFlyweight member = new MemberFlyweight();
    private final long[] incarnations = new long[300];

    RandomFrames(final Random random, final FrameEncoder encoder) {
        this.random = random;
        this.encoder = encoder;
        for (int i = 0; i < incarnations.length; i++) {
            incarnations[i] = random.nextLong();
        }
    }

    /** Writes up to so many frames; the lines that reading them gives. */
    List<String> write(final int frames) {
        expected.lines.clear();
        for (int i = 0; i < frames; i++) {
            frame();
        }
        return new ArrayList<>(expected.lines);
    }

    private void frame() {
        switch (random.nextInt(8)) {
            case 0 -> heartbeat();
            case 1 -> ack();
            case 2, 3 -> changes();
            case 4 -> vector();
            case 5 -> members();
            case 6 -> statusOrLedger();
            default -> {
                if (random.nextInt(4) == 0 && encoder.bye()) {
                    expected.onBye();
                }
            }
        }
    }

    private void heartbeat() {
        final long heartbeat = number();
        final long own = number();
        final long relay = number();
        if (encoder.heartbeat(heartbeat, own, relay)) {
            expected.onHeartbeat(heartbeat, own, relay);
        }
    }

    private void ack() {
        final int stream = random.nextInt(WireDescriptor.STREAMS);
        final int count = random.nextInt(WireDescriptor.MAX_ACK_RANGES + 1);
        final long joined = number() >> 8;
        final long[] ranges = new long[2 * count];
        long at = joined;
        for (int i = 0; i < ranges.length; i++) {
            at += number() >> 8;
            ranges[i] = at;
        }
        if (encoder.ack(stream, joined, ranges, count)) {
            expected.onAck(stream, joined);
            for (int i = 0; i < ranges.length; i += 2) {
                expected.onAckRange(stream, ranges[i], ranges[i + 1]);
            }
        }
    }

    private void changes() {
        final int stream = random.nextInt(WireDescriptor.STREAMS);
        final long low = number() >> 1;
        if (!encoder.beginChanges(stream, low)) {
            return;
        }
        final List<String> rows = new ArrayList<>();
        final int most = random.nextInt(60);
        boolean isFull = false;
        for (int row = 0; row < most && !isFull; row++) {
            encoder.beginRow();
            key();
            final List<String> ofRow = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0 && !isFull; i--) {
                counters();
                isFull = !encoder.entry(entry);
                ofRow.add(FrameText.entry(entry, stream == WireDescriptor.STREAM_RELAY));
            }
            if (isFull || random.nextInt(10) == 0) {
                encoder.abandonRow();
            } else {
                rows.addAll(ofRow);
            }
        }
        if (random.nextInt(10) == 0) {
            encoder.abandonChanges();
            return;
        }
        final long high = low + random.nextInt(1_000);
        final boolean complete = random.nextBoolean();
        encoder.endChanges(high, complete);
        expected.onChanges(stream, low, high, complete);
        expected.lines.addAll(rows);
        expected.onChangesEnd(stream, low, high, complete);
    }

    private void key() {
        final long high = random.nextLong();
        switch (random.nextInt(6)) {
            case 0 -> entry.bucket(WireDescriptor.KIND_TENANT, high, 1);
            case 1 -> entry.bucket(WireDescriptor.KIND_OVERFLOW, high, 2);
            case 2 -> entry.quota(high, 3, number(), random.nextInt(3));
            default -> entry.agent(high, 4, random.nextInt(2), 5);
        }
        if (entry.kind() != WireDescriptor.KIND_QUOTA && random.nextBoolean()) {
            entry.deficitUnits(number());
        }
    }

    private void counters() {
        entry.incarnation(incarnations[random.nextInt(random.nextBoolean() ? 8 : incarnations.length)]);
        entry.counters(
                number() & (WireDescriptor.GENERATION_LIMIT - 1), number(), random.nextInt(3) == 0 ? number() : 0);
        if (entry.kind() != WireDescriptor.KIND_QUOTA && random.nextInt(4) == 0) {
            entry.firstVersion(number());
        }
    }

    private void vector() {
        final int parts = 1 + random.nextInt(255);
        final int part = random.nextInt(parts);
        final long snapshot = number();
        if (!encoder.beginVector(snapshot, part, parts)) {
            return;
        }
        expected.onVector(snapshot, part, parts);
        for (int i = random.nextInt(50); i > 0; i--) {
            final long name = random.nextLong();
            final long heartbeat = number();
            final long version = number();
            final long head = version + Math.min(number(), Long.MAX_VALUE - version);
            if (encoder.vectorMember(name, ~name, i, heartbeat, version, head)) {
                expected.onVectorMember(name, ~name, i, heartbeat, version, head);
            }
        }
        encoder.endList();
    }

    private void members() {
        final long view = random.nextLong();
        if (!encoder.beginMembers(view, 0, 1)) {
            return;
        }
        expected.onMembers(view, 0, 1);
        final byte[][] addresses = {{}, {127, 0, 0, 1}, new byte[WireDescriptor.MAX_ADDRESS_BYTES]};
        for (int i = random.nextInt(20); i > 0; i--) {
            final int longest = random.nextInt(5) == 0 ? WireDescriptor.MAX_NAME_BYTES : 8;
            member.view(random.nextInt(256), random.nextInt(256), random.nextInt(256))
                    .identity(random.nextLong(), random.nextLong())
                    .name("n".repeat(random.nextInt(longest + 1)).getBytes(StandardCharsets.UTF_8))
                    .address(addresses[random.nextInt(addresses.length)], random.nextInt(1 << 16));
            if (encoder.member(member)) {
                expected.onMember(member);
            }
        }
        encoder.endList();
    }

    private void statusOrLedger() {
        if (random.nextBoolean()) {
            final StatusFlyweight status = new StatusFlyweight()
                    .state(random.nextInt(256), random.nextInt(256))
                    .members(random.nextInt(1 << 16), random.nextInt(1 << 16), random.nextLong(), random.nextLong())
                    .wallClockMs(random.nextLong())
                    .hashes(random.nextLong(), random.nextLong());
            if (encoder.status(status)) {
                expected.onStatus(status);
            }
            return;
        }
        final long[] sequences = new long[random.nextInt(WireDescriptor.MAX_LANES + 1)];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = number();
        }
        if (encoder.ledger(7, 8, sequences, sequences.length)) {
            expected.onLedger(7, 8, sequences.length);
            for (int i = 0; i < sequences.length; i++) {
                expected.onLedgerLane(i, sequences[i]);
            }
        }
    }

    /** At least 0, of any length, the bounds often. */
    private long number() {
        final int bits = random.nextInt(64);
        return switch (bits) {
            case 0 -> 0;
            case 63 -> Long.MAX_VALUE;
            default -> random.nextLong() >>> (64 - bits);
        };
    }
}
