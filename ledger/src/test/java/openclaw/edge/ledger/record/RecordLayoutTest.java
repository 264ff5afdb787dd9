package openclaw.edge.ledger.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layout version 1 against bytes that were written once and must stay readable for ever. */
class RecordLayoutTest {
    private static final Life LIFE = new Life(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);
    private static final Life OTHER = new Life(0x1111111111111111L, 0x2222222222222222L);
    private static final long TIME_NS = 1_795_204_800_123_456_789L;

    private final RecordRegion region = new RecordRegion(ByteBuffer.allocateDirect(4096));
    private final UnsafeBuffer buffer = region.buffer();

    @ParameterizedTest
    @EnumSource(RecordType.class)
    void shouldWriteTheGoldenBytes(final RecordType type) throws IOException {
        buffer.setMemory(0, 4096, (byte) 0xEE);
        final int length = write(type);
        region.seal(0);
        final byte[] written = new byte[length];
        buffer.getBytes(0, written);
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(golden(type));
    }

    @ParameterizedTest
    @EnumSource(RecordType.class)
    void shouldReadTheGoldenBytes(final RecordType type) throws IOException {
        final byte[] bytes = HexFormat.of().parseHex(golden(type));
        buffer.putBytes(8, bytes);
        assertThat(region.isValid(8, bytes.length)).isTrue();
        final UsageRecord header = new UsageRecord();
        header.wrap(buffer, 8);
        assertThat(header.version()).isEqualTo(1);
        assertThat(header.type()).isEqualTo(type);
        assertThat(header.life()).isEqualTo(type == RecordType.DELETED_FILE ? Life.NONE : LIFE);
        assertThat(header.length()).isEqualTo(bytes.length);
        check(type, 8);
    }

    @ParameterizedTest
    @EnumSource(RecordType.class)
    void shouldNoticeEveryFlippedBit(final RecordType type) throws IOException {
        final byte[] bytes = HexFormat.of().parseHex(golden(type));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            final byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            buffer.putBytes(0, damaged);
            assertThat(region.isValid(0, bytes.length)).as("bit %d", bit).isFalse();
        }
    }

    private int write(final RecordType type) {
        final byte[] name = "tenant-abc123".getBytes(StandardCharsets.UTF_8);
        final RecordFlyweight record = switch (type) {
            case USAGE -> writeUsage();
            case NAME ->
                new NameRecord()
                        .begin(buffer, 0, LIFE, NameKind.AGENT, 99)
                        .name(new UnsafeBuffer(name), 0, name.length);
            case OPEN ->
                new OpenRecord()
                        .begin(buffer, 0, LIFE, TIME_NS)
                        .lanes(4)
                        .previous(OTHER, new long[] {10, 20, 30})
                        .end("edge-a");
            case CLOSE ->
                new CloseRecord()
                        .begin(buffer, 0, LIFE, TIME_NS, new long[] {100, 200})
                        .recovered(true);
            case TICK ->
                new TickRecord()
                        .begin(buffer, 0, LIFE, TIME_NS, 2)
                        .openExchanges(3)
                        .completeBeforeNs(TIME_NS - 5)
                        .rolled(true)
                        .sequence(0, 100)
                        .sequence(1, 200)
                        .heard(7, 8, new long[] {1, 2, 3})
                        .heard(9, 10, new long[] {4})
                        .metric(1234, 5678)
                        .metric(-1, -2);
            case CATALOG -> new CatalogRecord().begin(buffer, 0, LIFE, TIME_NS, sha256());
            case VOID -> new VoidRecord().begin(buffer, 0, LIFE, 3, TIME_NS).range(17, 19);
            case LOSS ->
                new LossRecord()
                        .begin(buffer, 0, LIFE, 2, 5)
                        .range(TIME_NS, TIME_NS + 1)
                        .served(-77, 1000, 2000);
            case DELETED ->
                new DeletedRecord()
                        .begin(buffer, 0, LIFE, 3, TIME_NS)
                        .range(17, 19)
                        .admitted(TIME_NS - 9, TIME_NS - 3);
            case DELETED_FILE ->
                new DeletedFileRecord()
                        .begin(buffer, 0, TIME_NS, "20261110-12F.cq4", "billing,search")
                        .contents(123_456_789L, 700_000, sha256());
        };
        return record.length();
    }

    private static byte[] sha256() {
        final byte[] sha256 = new byte[32];
        for (int i = 0; i < sha256.length; i++) {
            sha256[i] = (byte) i;
        }
        return sha256;
    }

    private UsageRecord writeUsage() {
        return new UsageRecord()
                .begin(buffer, 0, LIFE.high(), LIFE.low(), 3)
                .outcome(Outcome.CLIENT_ABORT)
                .flags(UsageRecordDescriptor.FLAG_FINAL)
                .exempt(true)
                .status(499)
                .sequence(0x1_0000_0001L)
                .admittedNs(TIME_NS)
                .exchange(42)
                .tenantId(1)
                .agentId(-2)
                .routeId(3)
                .modelId(-4)
                .requests(1)
                .phase(Phase.SENT.code())
                .bytesIn(5)
                .bytesOut(6_000_000_000L)
                .inputTokens(7)
                .outputTokens(8)
                .admittedTokens(9)
                .chargedTokens(10)
                .latencyNs(11)
                .requestIdHash(-12);
    }

    private void check(final RecordType type, final int at) {
        switch (type) {
            case USAGE -> checkUsage(at);
            case NAME -> {
                final NameRecord record = new NameRecord();
                record.wrap(buffer, at);
                assertThat(record.kind()).isEqualTo(NameKind.AGENT);
                assertThat(record.scope()).isEqualTo(99);
                assertThat(record.name()).isEqualTo("tenant-abc123");
                final byte[] name = "tenant-abc123".getBytes(StandardCharsets.UTF_8);
                assertThat(record.id())
                        .isEqualTo(NameHash.id(NameKind.AGENT, 99, new UnsafeBuffer(name), 0, name.length));
            }
            case OPEN -> {
                final OpenRecord record = new OpenRecord();
                record.wrap(buffer, at);
                assertThat(record.timeNs()).isEqualTo(TIME_NS);
                assertThat(record.lanes()).isEqualTo(4);
                assertThat(record.previous()).isEqualTo(OTHER);
                assertThat(record.previousLanes()).isEqualTo(3);
                assertThat(record.previousSequence(2)).isEqualTo(30);
                assertThat(record.node()).isEqualTo("edge-a");
            }
            case CLOSE -> {
                final CloseRecord record = new CloseRecord();
                record.wrap(buffer, at);
                assertThat(record.timeNs()).isEqualTo(TIME_NS);
                assertThat(record.lanes()).isEqualTo(2);
                assertThat(record.sequence(1)).isEqualTo(200);
                assertThat(record.isRecovered()).isTrue();
            }
            case TICK -> checkTick(at);
            case CATALOG -> {
                final CatalogRecord record = new CatalogRecord();
                record.wrap(buffer, at);
                assertThat(record.timeNs()).isEqualTo(TIME_NS);
                assertThat(record.sha256()).hasSize(32).startsWith(0, 1, 2).endsWith(30, 31);
            }
            case VOID -> {
                final VoidRecord record = new VoidRecord();
                record.wrap(buffer, at);
                assertThat(record.lane()).isEqualTo(3);
                assertThat(record.from()).isEqualTo(17);
                assertThat(record.to()).isEqualTo(19);
                assertThat(record.timeNs()).isEqualTo(TIME_NS);
            }
            case LOSS -> {
                final LossRecord record = new LossRecord();
                record.wrap(buffer, at);
                assertThat(record.lane()).isEqualTo(2);
                assertThat(record.lossId()).isEqualTo(5);
                assertThat(record.firstNs()).isEqualTo(TIME_NS);
                assertThat(record.lastNs()).isEqualTo(TIME_NS + 1);
                assertThat(record.tenantId()).isEqualTo(-77);
                assertThat(record.requests()).isEqualTo(1000);
                assertThat(record.tokens()).isEqualTo(2000);
            }
            case DELETED -> {
                final DeletedRecord record = new DeletedRecord();
                record.wrap(buffer, at);
                assertThat(record.lane()).isEqualTo(3);
                assertThat(record.from()).isEqualTo(17);
                assertThat(record.to()).isEqualTo(19);
                assertThat(record.timeNs()).isEqualTo(TIME_NS);
                assertThat(record.firstAdmittedNs()).isEqualTo(TIME_NS - 9);
                assertThat(record.lastAdmittedNs()).isEqualTo(TIME_NS - 3);
            }
            case DELETED_FILE -> {
                final DeletedFileRecord record = new DeletedFileRecord();
                record.wrap(buffer, at);
                assertThat(record.life()).isEqualTo(Life.NONE);
                assertThat(record.timeNs()).isEqualTo(TIME_NS);
                assertThat(record.name()).isEqualTo("20261110-12F.cq4");
                assertThat(record.readers()).isEqualTo("billing,search");
                assertThat(record.fileBytes()).isEqualTo(123_456_789L);
                assertThat(record.usageRecords()).isEqualTo(700_000);
                assertThat(record.sha256()).isEqualTo(sha256());
            }
        }
    }

    private void checkTick(final int at) {
        final TickRecord record = new TickRecord();
        record.wrap(buffer, at);
        assertThat(record.timeNs()).isEqualTo(TIME_NS);
        assertThat(record.openExchanges()).isEqualTo(3);
        assertThat(record.completeBeforeNs()).isEqualTo(TIME_NS - 5);
        assertThat(record.isRolled()).isTrue();
        assertThat(record.lanes()).isEqualTo(2);
        assertThat(record.sequence(1)).isEqualTo(200);
        assertThat(record.heardLives()).isEqualTo(2);
        assertThat(record.heardLife(record.heardPosition(0))).isEqualTo(new Life(7, 8));
        assertThat(record.heardLanes(record.heardPosition(0))).isEqualTo(3);
        assertThat(record.heardSequence(record.heardPosition(0), 2)).isEqualTo(3);
        assertThat(record.heardLife(record.heardPosition(1))).isEqualTo(new Life(9, 10));
        assertThat(record.heardSequence(record.heardPosition(1), 0)).isEqualTo(4);
        assertThat(record.metrics()).isEqualTo(2);
        assertThat(record.metricId(0)).isEqualTo(1234);
        assertThat(record.metricTotal(0)).isEqualTo(5678);
        assertThat(record.metricId(1)).isEqualTo(-1);
        assertThat(record.metricTotal(1)).isEqualTo(-2);
    }

    private void checkUsage(final int at) {
        final UsageRecord record = new UsageRecord();
        record.wrap(buffer, at);
        assertThat(record.lane()).isEqualTo(3);
        assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_ABORT);
        assertThat(record.isFinal()).isTrue();
        assertThat(record.isExempt()).isTrue();
        assertThat(record.status()).isEqualTo(499);
        assertThat(record.sequence()).isEqualTo(0x1_0000_0001L);
        assertThat(record.admittedNs()).isEqualTo(TIME_NS);
        assertThat(record.exchange()).isEqualTo(42);
        assertThat(record.tenantId()).isEqualTo(1);
        assertThat(record.agentId()).isEqualTo(-2);
        assertThat(record.routeId()).isEqualTo(3);
        assertThat(record.modelId()).isEqualTo(-4);
        assertThat(record.requests()).isEqualTo(1);
        assertThat(record.phase()).isEqualTo(Phase.SENT);
        assertThat(record.bytesIn()).isEqualTo(5);
        assertThat(record.bytesOut()).isEqualTo(6_000_000_000L);
        assertThat(record.inputTokens()).isEqualTo(7);
        assertThat(record.outputTokens()).isEqualTo(8);
        assertThat(record.admittedTokens()).isEqualTo(9);
        assertThat(record.chargedTokens()).isEqualTo(10);
        assertThat(record.latencyNs()).isEqualTo(11);
        assertThat(record.requestIdHash()).isEqualTo(-12);
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        final NameRecord name = new NameRecord().begin(buffer, 0, LIFE, NameKind.TENANT, 0);
        final UnsafeBuffer long256 = new UnsafeBuffer(new byte[256]);
        assertThatThrownBy(() -> name.name(long256, 0, 256)).hasMessageContaining("256 bytes, expected 1 to 255");
        assertThatThrownBy(() -> new VoidRecord().begin(buffer, 0, LIFE, 0, 0).range(5, 4))
                .hasMessageContaining("5-4");
        assertThatThrownBy(() -> new CatalogRecord().begin(buffer, 0, LIFE, 0, new byte[31]))
                .hasMessageContaining("31 bytes, expected 32");
    }

    private static String golden(final RecordType type) throws IOException {
        final String file = type.name().toLowerCase(Locale.ROOT) + "-v1.hex";
        try (InputStream in = RecordLayoutTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        }
    }
}
