package openclaw.edge.sync.simulation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.VirtualClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The rules of gossip without its economy: every node tells every other one all that it knows, every interval. What the
 * real protocol is compared with, and how the tables alone are tried.
 */
final class PlainGossip implements Gossip {

    private final World world;
    private final SimulatedNode node;
    private final ReplicaTable table;
    private final VirtualClock clock;
    private final int members;
    private final int self;
    private final ReplicaRow row = new ReplicaRow();
    private final ReplicaEntry entry = new ReplicaEntry();
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[0]);

    private final long[] heartbeats;
    private final int[] lives;
    private final long[] incarnations;
    private final long[] advancedNs;
    private final Silence[] silences;
    private long lastDutyNs;
    private long nextRoundNs;

    PlainGossip(final SimulatedNode node, final World world, final boolean resumed) {
        this.world = world;
        this.node = node;
        this.table = node.replicas();
        this.clock = node.table().clock();
        this.members = world.configured();
        this.self = node.number();
        this.heartbeats = new long[members];
        this.lives = new int[members];
        this.incarnations = new long[members];
        this.advancedNs = new long[members];
        this.silences = new Silence[members];
        this.lastDutyNs = node.nowNs();
        for (int i = 0; i < members; i++) {
            silences[i] = resumed ? clock.silence(node.nowNs()) : Silence.HEARD;
            advancedNs[i] = node.nowNs();
        }
        lives[self] = node.life();
        pace();
    }

    static Gossip.Factory factory(final World world) {
        return node -> new PlainGossip(node, world, node.life() > 1);
    }

    @Override
    public void doWork() {
        final long nowNs = node.nowNs();
        if (nowNs - lastDutyNs > world.timing().suspectAfterNs() / 2) {
            for (int i = 0; i < members; i++) {
                fallSilent(i, nowNs);
            }
        }
        lastDutyNs = nowNs;
        node.port().poll((datagram, length, from) -> receive(datagram.byteArray()), Integer.MAX_VALUE);
        for (int i = 0; i < members; i++) {
            if (nowNs - advancedNs[i] > world.timing().suspectAfterNs()) {
                fallSilent(i, nowNs);
            }
        }
        pace();
        boolean changed = false;
        while (table.pollChanged() >= 0) {
            changed = true;
        }
        if (nowNs >= nextRoundNs || (changed && table.pollUrgent())) {
            nextRoundNs = nowNs + world.timing().gossipIntervalNs();
            send();
        }
    }

    private void fallSilent(final int member, final long nowNs) {
        if (member != self && !silences[member].isSilent()) {
            silences[member] = clock.silence(nowNs);
        }
    }

    private void pace() {
        int heard = 1;
        for (int i = 0; i < members; i++) {
            heard += i != self && !silences[i].isSilent() ? 1 : 0;
        }
        clock.members(heard, members, node.nowNs());
    }

    private void send() {
        heartbeats[self]++;
        incarnations[self] = table.ownIncarnation();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(bytes)) {
            for (int i = 0; i < members; i++) {
                // Nobody vouches for one who is silent here as well.
                final boolean heard = i == self || !silences[i].isSilent();
                data.writeInt(heard ? lives[i] : -1);
                data.writeLong(heartbeats[i]);
                data.writeLong(incarnations[i]);
            }
            for (int i = 0; i < table.rows(); i++) {
                if (table.read(i, row, node.nowNs())) {
                    writeRow(data);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        out.wrap(bytes.toByteArray());
        for (int i = 0; i < members; i++) {
            if (i != self) {
                node.port().send(SimulatedNetwork.address(i), out, out.capacity());
            }
        }
    }

    private void writeRow(final DataOutputStream data) throws IOException {
        writeEntry(data, incarnations[self], row.generation(), row.consumedTokens(), row.refundedTokens());
        for (int pair = 0; pair < row.pairs(); pair++) {
            writeEntry(
                    data,
                    row.incarnationId(pair),
                    row.generation(pair),
                    row.consumedTokens(pair),
                    row.refundedTokens(pair));
        }
    }

    private void writeEntry(
            final DataOutputStream data,
            final long incarnation,
            final long generation,
            final long consumed,
            final long refunded)
            throws IOException {
        data.writeInt(row.kind());
        data.writeLong(row.keyHigh());
        data.writeLong(row.keyLow());
        data.writeLong(row.ownerKeyHigh());
        data.writeLong(row.ownerKeyLow());
        data.writeLong(incarnation);
        data.writeLong(generation);
        data.writeLong(consumed);
        data.writeLong(refunded);
        data.writeLong(row.deficitUnits());
    }

    private void receive(final byte[] bytes) {
        final long nowNs = node.nowNs();
        final boolean[] advanced = new boolean[members];
        try (DataInputStream data = new DataInputStream(new ByteArrayInputStream(bytes))) {
            for (int i = 0; i < members; i++) {
                final int life = data.readInt();
                final long heartbeat = data.readLong();
                final long incarnation = data.readLong();
                if (i != self && (life > lives[i] || (life == lives[i] && heartbeat > heartbeats[i]))) {
                    advanced[i] = true;
                    lives[i] = life;
                    heartbeats[i] = heartbeat;
                    incarnations[i] = incarnation;
                }
            }
            while (data.available() > 0) {
                joinOne(data, nowNs);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < members; i++) {
            if (advanced[i]) {
                advancedNs[i] = nowNs;
                silences[i] = Silence.HEARD;
            }
        }
    }

    private void joinOne(final DataInputStream data, final long nowNs) throws IOException {
        entry.bucket(data.readInt(), data.readLong(), data.readLong(), data.readLong(), data.readLong());
        final long incarnation = data.readLong();
        entry.counters(
                table.incarnationIndex(incarnation),
                data.readLong(),
                data.readLong(),
                data.readLong(),
                data.readLong());
        if (incarnation != table.ownIncarnation()) {
            table.join(entry, silenceOf(incarnation), nowNs);
        }
    }

    private Silence silenceOf(final long incarnation) {
        for (int i = 0; i < members; i++) {
            if (incarnations[i] == incarnation) {
                return silences[i];
            }
        }
        return Silence.HEARD;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void goodbye() {
        throw new UnsupportedOperationException("nobody leaves here");
    }

    @Override
    public boolean isGone() {
        return false;
    }

    @Override
    public void close() {
        // Nothing outlives it.
    }
}
