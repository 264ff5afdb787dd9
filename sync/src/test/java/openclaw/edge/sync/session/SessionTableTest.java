package openclaw.edge.sync.session;

import static openclaw.edge.sync.session.TestPeer.OTHER_SECRET;
import static openclaw.edge.sync.session.TestPeer.SECRET;
import static openclaw.edge.sync.session.TestPeer.keys;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import openclaw.edge.sync.session.TestPeer.Packet;
import openclaw.edge.sync.wire.ClusterKeys;
import openclaw.edge.sync.wire.DropReason;
import openclaw.edge.sync.wire.HelloFlyweight;
import org.junit.jupiter.api.Test;

/** Two nodes, and an adversary who can read, repeat, reorder and alter what is between them. */
final class SessionTableTest {

    private static final long A = 0xA;
    private static final long B = 0xB;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private long nowNs = Long.MAX_VALUE - SECOND_NS;
    private final TestPeer a = new TestPeer("a", 7_001, A, keys(SECRET));
    private final TestPeer b = new TestPeer("b", 7_002, B, keys(SECRET));

    private Packet hello() {
        a.table.connect(b.address, nowNs);
        a.table.poll(nowNs);
        return a.takeSent();
    }

    private Packet welcome() {
        assertThat(b.receive(hello(), nowNs)).isEqualTo(DropReason.NONE);
        return b.takeSent();
    }

    private void establish() {
        assertThat(a.receive(welcome(), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(b.receive(a.data(B, -1), nowNs)).isEqualTo(DropReason.NONE);
        b.received.clear();
    }

    @Test
    void shouldEstablishOnBothSidesAndCarryDataBothWays() {
        final Packet welcome = welcome();
        assertThat(b.table.current(A)).as("before data").isNull();
        a.receive(welcome, nowNs);
        assertThat(a.table.isConnecting(b.address)).isFalse();
        assertThat(a.established).hasSize(1);
        final Session ofA = a.table.current(B);
        assertThat(ofA.peerName()).isEqualTo("b");
        assertThat(ofA.peerIncarnation()).isEqualTo(B + 1);
        assertThat(ofA.isInitiator()).isTrue();

        assertThat(b.receive(a.data(B, 1), nowNs)).isEqualTo(DropReason.NONE);

        assertThat(b.established).hasSize(1);
        final Session ofB = b.table.current(A);
        assertThat(ofB.peerName()).isEqualTo("a");
        assertThat(ofB.isInitiator()).isFalse();
        assertThat(ofB.address()).isEqualTo(a.address);
        assertThat(b.table.pendingCount()).isZero();
        assertThat(a.receive(b.data(A, 2), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(b.received).containsExactly(1);
        assertThat(a.received).containsExactly(2);
    }

    @Test
    void shouldAnswerNeverMoreThanWasAsked() {
        final Packet hello = hello();
        b.receive(hello, nowNs);
        assertThat(b.takeSent().bytes()).hasSameSizeAs(hello.bytes());
        assertThat(hello.bytes()).hasSize(HelloFlyweight.DATAGRAM_BYTES);
    }

    @Test
    void shouldDropWhatComesTwiceOrFromTooFarBehind() {
        establish();
        final List<Packet> packets = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            packets.add(a.data(B, i));
        }
        final Packet newest = packets.get(packets.size() - 1);
        assertThat(b.receive(newest, nowNs)).isEqualTo(DropReason.NONE);
        final List<Packet> inWindow =
                new ArrayList<>(packets.subList(packets.size() - ReplayWindow.SIZE, packets.size() - 1));
        Collections.shuffle(inWindow, new Random(1));
        for (final Packet packet : inWindow) {
            assertThat(b.receive(packet, nowNs)).isEqualTo(DropReason.NONE);
        }
        Collections.shuffle(inWindow, new Random(2));
        for (final Packet packet : inWindow) {
            assertThat(b.receive(packet, nowNs)).isEqualTo(DropReason.REPLAYED);
        }
        assertThat(b.receive(packets.get(0), nowNs)).isEqualTo(DropReason.BEHIND_WINDOW);
        assertThat(b.received).hasSize(inWindow.size() + 1);
    }

    @Test
    void shouldDropWhatIsSentBackToItsSender() {
        establish();
        final Packet packet = a.data(B, 1);
        assertThat(a.receive(packet, nowNs)).isEqualTo(DropReason.UNKNOWN_SESSION);
        // Even with the id exchanged for the one under which the sender receives, the other direction's key does not
        // fit.
        final byte[] readdressed = packet.bytes().clone();
        System.arraycopy(b.data(A, 2).bytes(), 8, readdressed, 8, 2 * Long.BYTES);
        assertThat(a.receive(readdressed, b.address, nowNs)).isEqualTo(DropReason.WRONG_TAG);
        assertThat(a.received).isEmpty();
    }

    @Test
    void shouldChangeNothingOverReplayedHandshakes() {
        final Packet hello = hello();
        b.receive(hello, nowNs);
        final Packet welcome = b.takeSent();
        a.receive(welcome, nowNs);
        b.receive(a.data(B, 1), nowNs);
        final Session ofA = a.table.current(B);
        final Session ofB = b.table.current(A);

        assertThat(b.receive(hello, nowNs)).isEqualTo(DropReason.STALE_HELLO);
        assertThat(a.receive(welcome, nowNs)).isEqualTo(DropReason.UNASKED_WELCOME);
        assertThat(a.receive(hello, nowNs)).isEqualTo(DropReason.OWN_HELLO);
        assertThat(b.receive(welcome, nowNs)).isEqualTo(DropReason.OWN_HELLO);

        assertThat(a.own).as("no address of its own waits for an answer").isEmpty();
        assertThat(a.table.current(B)).isSameAs(ofA);
        assertThat(b.table.current(A)).isSameAs(ofB);
        assertThat(b.table.pendingCount()).isZero();
        assertThat(a.sent).isEmpty();
        assertThat(b.sent).isEmpty();
        assertThat(b.receive(a.data(B, 2), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(a.receive(b.data(A, 3), nowNs)).isEqualTo(DropReason.NONE);
    }

    @Test
    void shouldKeepTheSessionInUseWhenAnOldLifesHelloIsReplayed() {
        final Packet oldHello = hello();
        final TestPeer newA = new TestPeer("a", 7_001, 0xAA, keys(SECRET));
        newA.table.connect(b.address, nowNs);
        newA.table.poll(nowNs);
        b.receive(newA.takeSent(), nowNs);
        newA.receive(b.takeSent(), nowNs);
        b.receive(newA.data(B, 1), nowNs);

        assertThat(b.receive(oldHello, nowNs)).isEqualTo(DropReason.NONE);

        assertThat(newA.receive(b.takeSent(), nowNs)).isEqualTo(DropReason.UNASKED_WELCOME);
        assertThat(b.table.current(A)).as("the old life").isNull();
        assertThat(newA.receive(b.data(0xAA, 2), nowNs)).isEqualTo(DropReason.NONE);
        nowNs += PendingSessions.LIFE_NS;
        b.table.poll(nowNs);
        assertThat(b.table.pendingCount()).isZero();
    }

    @Test
    void shouldDropDataOfAnEarlierLifeOfItself() {
        establish();
        final Packet packet = a.data(B, 1);
        b.table.renew(TestPeer.identity("b", 0xBB), nowNs);
        assertThat(b.receive(packet, nowNs)).isEqualTo(DropReason.UNKNOWN_SESSION);
        final TestPeer reborn = new TestPeer("b", 7_002, 0xBBB, keys(SECRET));
        assertThat(reborn.receive(packet, nowNs)).isEqualTo(DropReason.UNKNOWN_SESSION);
        assertThat(b.table.peerCount()).isZero();
    }

    @Test
    void shouldSendWithTheNewestSessionAndReceiveUnderTheOneBefore() {
        establish();
        final Session first = a.table.current(B);
        final Packet underWay = a.data(first, 1);
        establish();
        final Session second = a.table.current(B);
        assertThat(second).isNotSameAs(first);
        assertThat(b.receive(underWay, nowNs)).isEqualTo(DropReason.NONE);
        establish();
        assertThat(first.isEnded()).as("two are enough").isTrue();
        assertThat(a.table.seal(first, new org.agrona.concurrent.UnsafeBuffer(new byte[100]), 0))
                .isZero();
        assertThat(b.receive(a.data(second, 2), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(b.receive(underWay, nowNs)).isEqualTo(DropReason.UNKNOWN_SESSION);
    }

    @Test
    void shouldMeetWhenBothBeginAtOnce() {
        final Packet fromA = hello();
        b.table.connect(a.address, nowNs);
        b.table.poll(nowNs);
        final Packet fromB = b.takeSent();
        b.receive(fromA, nowNs);
        a.receive(fromB, nowNs);
        a.receive(b.takeSent(), nowNs);
        b.receive(a.takeSent(), nowNs);
        assertThat(b.receive(a.data(B, 1), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(a.receive(b.data(A, 2), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(b.receive(a.data(B, 3), nowNs)).isEqualTo(DropReason.NONE);
        assertThat(b.received).containsExactly(1, 3);
        assertThat(a.received).containsExactly(2);
    }

    @Test
    void shouldRepeatTheSameHelloAndThenAskAnew() {
        final Packet first = hello();
        a.table.poll(nowNs + Handshake.FIRST_RETRY_NS - 1);
        assertThat(a.sent).isEmpty();
        for (int i = 1; i < Handshake.SENDS_PER_ATTEMPT; i++) {
            nowNs += Handshake.LAST_RETRY_NS;
            a.table.poll(nowNs);
            assertThat(a.takeSent().bytes()).isEqualTo(first.bytes());
        }
        nowNs += Handshake.LAST_RETRY_NS;
        a.table.poll(nowNs);
        assertThat(a.takeSent().bytes()).isNotEqualTo(first.bytes());
        a.table.disconnect(b.address);
        assertThat(a.table.poll(nowNs + SECOND_NS)).isZero();
    }

    @Test
    void shouldAnswerARepeatedHelloWithTheSameSession() {
        final Packet hello = hello();
        b.receive(hello, nowNs);
        final Packet first = b.takeSent();
        for (int i = 1; i < PendingSessions.MAX_ANSWERS; i++) {
            assertThat(b.receive(hello, nowNs)).isEqualTo(DropReason.NONE);
            assertThat(b.takeSent().bytes()).isEqualTo(first.bytes());
        }
        assertThat(b.receive(hello, nowNs)).isEqualTo(DropReason.HELLO_RATE);
        assertThat(b.table.pendingCount()).isEqualTo(1);
    }

    @Test
    void shouldBoundWhatAFloodOfHellosTakes() {
        final long beginNs = nowNs;
        final int seconds = 20;
        int answered = 0;
        int most = 0;
        for (int i = 0; i < seconds * 1_000; i++) {
            final TestPeer one = new TestPeer("x" + i, 8_000, 1_000_000 + i, keys(SECRET));
            one.table.connect(b.address, nowNs);
            one.table.poll(nowNs);
            final DropReason reason = b.receive(one.takeSent(), nowNs);
            if (reason == DropReason.NONE) {
                answered++;
                b.takeSent();
            } else {
                assertThat(reason).isEqualTo(DropReason.HELLO_RATE);
            }
            most = Math.max(most, b.table.pendingCount());
            nowNs = beginNs + (i + 1) * (SECOND_NS / 1_000);
            b.table.poll(nowNs);
        }
        assertThat(answered)
                .as("answers in %d s", seconds)
                .isBetween(
                        seconds * PendingSessions.ANSWERS_PER_SECOND / 2,
                        (seconds + 1) * PendingSessions.ANSWERS_PER_SECOND);
        assertThat(most).as("remembered at once").isLessThanOrEqualTo(PendingSessions.CAPACITY);
        nowNs += SECOND_NS;
        b.table.poll(nowNs);
        establish();
    }

    @Test
    void shouldFindItsOwnAddress() {
        a.table.connect(a.address, nowNs);
        a.table.poll(nowNs);
        assertThat(a.receive(a.takeSent(), nowNs)).isEqualTo(DropReason.OWN_HELLO);
        assertThat(a.own).containsExactly(a.address);
        assertThat(a.table.isConnecting(a.address)).isFalse();
        assertThat(a.sent).as("never answers itself").isEmpty();
    }

    @Test
    void shouldTellAWrongClusterFromAWrongSecret() {
        final TestPeer other = new TestPeer("c", 7_003, 0xC, new ClusterKeys("other", List.of(SECRET)));
        final TestPeer stranger = new TestPeer("d", 7_004, 0xD, keys(OTHER_SECRET));
        final Packet hello = hello();
        assertThat(other.receive(hello, nowNs)).isEqualTo(DropReason.WRONG_CLUSTER);
        assertThat(stranger.receive(hello, nowNs)).isEqualTo(DropReason.WRONG_TAG);
        // The hash alone lets nobody in.
        final byte[] relabelled = hello.bytes().clone();
        other.table.connect(b.address, nowNs);
        other.table.poll(nowNs);
        System.arraycopy(other.takeSent().bytes(), 24, relabelled, 24, Long.BYTES);
        assertThat(other.receive(relabelled, a.address, nowNs)).isEqualTo(DropReason.WRONG_TAG);
        assertThat(other.sent).isEmpty();
        assertThat(stranger.sent).isEmpty();
    }

    @Test
    void shouldDropOtherVersionsTypesAndFlags() {
        establish();
        final byte[] good = a.data(B, 1).bytes();
        assertThat(altered(good, 0)).isEqualTo(DropReason.NOT_OURS);
        assertThat(altered(good, 2)).isEqualTo(DropReason.WRONG_VERSION);
        assertThat(altered(good, 4)).isEqualTo(DropReason.UNKNOWN_FLAG);
        final byte[] type = good.clone();
        type[3] = 4;
        assertThat(b.receive(type, a.address, nowNs)).isEqualTo(DropReason.UNKNOWN_TYPE);
        assertThat(b.receive(Arrays.copyOf(good, 39), a.address, nowNs)).isEqualTo(DropReason.TOO_SHORT);
        assertThat(b.receive(Arrays.copyOf(good, 1_401), a.address, nowNs)).isEqualTo(DropReason.TOO_LONG);
        assertThat(b.receive(good, a.address, nowNs)).isEqualTo(DropReason.NONE);
    }

    private DropReason altered(final byte[] good, final int index) {
        final byte[] bytes = good.clone();
        bytes[index]++;
        return b.receive(bytes, a.address, nowNs);
    }

    @Test
    void shouldLoseNothingWhileSecretsAreExchanged() {
        establish();
        final List<byte[][]> steps = List.of(
                new byte[][] {SECRET, OTHER_SECRET}, new byte[][] {OTHER_SECRET, SECRET}, new byte[][] {OTHER_SECRET});
        int sent = 0;
        for (final byte[][] secrets : steps) {
            for (final TestPeer node : List.of(a, b)) {
                // Under way while the secrets are exchanged.
                final Packet toA = b.data(A, sent);
                final Packet toB = a.data(B, sent++);
                node.table.exchangeKeys(keys(secrets), nowNs);
                assertThat(a.receive(toA, nowNs)).isEqualTo(DropReason.NONE);
                assertThat(b.receive(toB, nowNs)).isEqualTo(DropReason.NONE);
                for (int i = 0; i < 5; i++) {
                    nowNs += Handshake.FIRST_RETRY_NS;
                    exchange();
                    assertThat(b.receive(a.data(B, sent), nowNs)).isEqualTo(DropReason.NONE);
                    assertThat(a.receive(b.data(A, sent++), nowNs)).isEqualTo(DropReason.NONE);
                }
            }
        }
        assertThat(a.table.current(B).handshakeKey().isSameAs(keys(OTHER_SECRET).handshake(0)))
                .isTrue();
        assertThat(a.received).hasSize(sent);
        assertThat(b.received).hasSize(sent);
        assertThat(a.established.size()).as("sessions for one exchange").isLessThanOrEqualTo(3);
    }

    /** One round of handshakes, all of them delivered. */
    private void exchange() {
        a.table.poll(nowNs);
        b.table.poll(nowNs);
        while (!a.sent.isEmpty() || !b.sent.isEmpty()) {
            if (!a.sent.isEmpty()) {
                b.receive(a.sent.remove(0), nowNs);
            }
            if (!b.sent.isEmpty()) {
                a.receive(b.sent.remove(0), nowNs);
            }
        }
    }

    @Test
    void shouldEndTheSessionsOfARevokedSecret() {
        establish();
        final Packet packet = a.data(B, 1);
        b.table.exchangeKeys(keys(OTHER_SECRET), nowNs);
        assertThat(b.receive(packet, nowNs)).isEqualTo(DropReason.UNKNOWN_SESSION);
        assertThat(b.receive(hello(), nowNs)).isEqualTo(DropReason.WRONG_TAG);
    }

    @Test
    void shouldTryTheOtherSecretWhenTheFirstIsNotAnswered() {
        a.table.exchangeKeys(keys(OTHER_SECRET, SECRET), nowNs);
        a.table.connect(b.address, nowNs);
        for (int i = 0; i <= Handshake.SENDS_PER_ATTEMPT; i++) {
            nowNs += Handshake.LAST_RETRY_NS;
            exchange();
        }
        assertThat(a.table.current(B)).isNotNull();
    }

    @Test
    void shouldForgetWhoIsNotHeard() {
        establish();
        nowNs += SessionTable.IDLE_NS - 1;
        a.table.expireIdle(nowNs);
        assertThat(a.table.current(B)).isNotNull();
        a.table.expireIdle(nowNs + 1);
        assertThat(a.table.current(B)).isNull();
        assertThat(a.table.peerCount()).isZero();
        b.table.endLife(A);
        assertThat(b.table.peerCount()).isZero();
        establish();
    }
}
