package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import openclaw.edge.crdt.Silence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a peer knows that what it was told of others is all that this node knows. */
class PeerRelayTest {

    private static final int MARKERS = 2_000;
    private static final long NOW_NS = 1_000_000_000L;

    private final ChangeLog log = new ChangeLog(MARKERS, 1);
    private final Sources sources = new Sources(1, 1);
    private final SendStream stream = new SendStream(log, new RoundTrip());
    private final PeerRelay relay = new PeerRelay(sources, new RelaySnapshots(sources), log, stream);

    @BeforeEach
    void threeRows() {
        for (int row = 0; row < 3; row++) {
            log.stamp(row, 1);
        }
        relay.tick(new Member(Silence.HEARD, NOW_NS), NOW_NS, NOW_NS);
    }

    /** Writes all that is not sent yet. */
    private long send(final boolean isComplete) {
        stream.beginNew();
        while (stream.row() != ChangeLog.NONE) {
            stream.advance();
        }
        final long high = stream.high();
        stream.end(NOW_NS);
        relay.onSent(high, isComplete);
        return high;
    }

    private void acknowledge(final long version) {
        stream.onAck(version, NOW_NS);
        relay.onAcked();
    }

    @Test
    void shouldGoOnUntilThePeerHasAcknowledgedThatThisIsAll() {
        final long high = send(true);
        assertThat(relay.isActive()).as("sent").isTrue();
        acknowledge(high - 1);
        assertThat(relay.isActive()).as("the last row is not acknowledged").isTrue();
        acknowledge(high);
        assertThat(relay.isActive()).as("told").isFalse();
    }

    @Test
    void shouldSayItAgainWhenTheSegmentWasRepeatedWithoutSayingSo() {
        final long high = send(true);
        relay.onSent(high, false);
        acknowledge(high);
        assertThat(relay.isActive()).isTrue();
        log.stamp(0, 1);
        acknowledge(send(true));
        assertThat(relay.isActive()).isFalse();
    }

    @Test
    void shouldNotTakeBackWhatAnotherSegmentSaid() {
        final long first = send(false);
        log.stamp(0, 1);
        final long second = send(true);
        relay.onSent(first, false);
        acknowledge(second);
        assertThat(relay.isActive()).isFalse();
    }

    @Test
    void shouldSayItToTheNextLifeOfThePeer() {
        acknowledge(send(true));
        relay.reset();
        relay.tick(new Member(Silence.HEARD, NOW_NS), NOW_NS, NOW_NS);
        assertThat(relay.isActive()).isTrue();
    }
}
