package openclaw.edge.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.sync.wire.AuthKey;
import openclaw.edge.sync.wire.ClusterKeys;
import openclaw.edge.sync.wire.DropReason;
import openclaw.edge.sync.wire.EntryFlyweight;
import openclaw.edge.sync.wire.FrameAuth;
import openclaw.edge.sync.wire.FrameDecoder;
import openclaw.edge.sync.wire.FrameEncoder;
import openclaw.edge.sync.wire.NoFrameHandler;
import openclaw.edge.sync.wire.WireDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a gossip datagram of full length costs its sender and its receiver, without the network. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GossipBench {
    private final FrameAuth auth = new FrameAuth();
    private final FrameEncoder encoder = new FrameEncoder();
    private final EntryFlyweight entry = new EntryFlyweight();
    private final UnsafeBuffer signed = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
    private final UnsafeBuffer written = new UnsafeBuffer(new byte[WireDescriptor.MAX_DATAGRAM_BYTES]);
    private final FrameDecoder decoder = new FrameDecoder();
    private final EntrySum sum = new EntrySum();
    private UnsafeBuffer received;
    private int receivedLength;
    private AuthKey key;
    private long round;

    /** Signs the datagram that is verified, and encodes the one that is decoded. */
    @Setup
    public void sign() {
        key = new ClusterKeys("bench", List.of("secret".getBytes(StandardCharsets.UTF_8))).handshake(0);
        auth.sign(signed, WireDescriptor.BODY_LIMIT, key);
        receivedLength = encode();
        received = new UnsafeBuffer(written.byteArray().clone());
    }

    /** Adds up what entries say. */
    private static final class EntrySum extends NoFrameHandler {
        private long tokens;

        @Override
        public void onEntry(final EntryFlyweight of) {
            tokens += of.consumedTokens();
        }
    }

    /** The tag of 1,400 bytes. */
    @Benchmark
    public boolean verify() {
        return auth.verify(signed, WireDescriptor.MAX_DATAGRAM_BYTES, key);
    }

    /** As many agents' entries as a datagram holds. */
    @Benchmark
    public int encode() {
        encoder.wrap(written, WireDescriptor.HEADER_BYTES, WireDescriptor.BODY_LIMIT);
        encoder.beginChanges(WireDescriptor.STREAM_OWN, round++);
        int entries = 0;
        do {
            encoder.beginRow();
            entry.agent(entries++, round, 7, 8).deficitUnits(1L << 40).counters(1_000, 1_000_000, 0);
        } while (encoder.entry(entry));
        encoder.endChanges(round, false);
        return encoder.lengthBytes();
    }

    /** A datagram of agents' entries, each checked and handed over. */
    @Benchmark
    public long decode() {
        final DropReason reason = decoder.decode(
                received, WireDescriptor.HEADER_BYTES, WireDescriptor.HEADER_BYTES + receivedLength, sum);
        if (reason != DropReason.NONE) {
            throw new IllegalStateException("dropped: " + reason);
        }
        return sum.tokens;
    }
}
