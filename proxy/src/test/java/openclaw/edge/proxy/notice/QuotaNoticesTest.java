package openclaw.edge.proxy.notice;

import static openclaw.edge.proxy.notice.NoticeFixture.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is due and when it is sent, in virtual time and without sockets. */
@Timeout(60)
final class QuotaNoticesTest {
    private static final String HOOK = "https://hooks.example.com/s3cret";
    private static final NoticeTransport.Outcome TAKEN = new NoticeTransport.Outcome(200, 0, "");
    private static final NoticeTransport.Outcome FAILED = new NoticeTransport.Outcome(500, 0, "");
    private static final long DAY_NS = 86_400 * SECOND_NS;

    @TempDir
    Path directory;

    private NoticeFixture fixture;
    private final Wire wire = new Wire();
    private QuotaNotices notices;

    /** Attempts that are under way until the test ends them. */
    private static final class Wire implements NoticeTransport {
        private final List<QuotaNotice> sent = new ArrayList<>();
        private final List<Consumer<Outcome>> open = new ArrayList<>();

        @Override
        public void send(final QuotaNotice notice, final Consumer<Outcome> then) {
            sent.add(notice);
            open.add(then);
        }

        void end(final Outcome outcome) {
            final List<Consumer<Outcome>> ending = new ArrayList<>(open);
            open.clear();
            ending.forEach(then -> then.accept(outcome));
        }

        List<String> keys() {
            return sent.stream().map(QuotaNotice::key).toList();
        }

        @Override
        public void close() {
            open.clear();
        }
    }

    @BeforeEach
    void start() throws IOException {
        fixture = new NoticeFixture(directory).reload(HOOK);
        notices = fixture.start(wire);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldTellEachThresholdOnceAsItIsReached() {
        fixture.usedTokens = 799;
        fixture.poll(SECOND_NS);
        assertThat(wire.keys()).isEmpty();

        for (final long used : new long[] {800, 899, 900, 999, 1_000, 5_000}) {
            fixture.usedTokens = used;
            fixture.poll(SECOND_NS);
            wire.end(TAKEN);
        }
        fixture.poll(SECOND_NS);

        assertThat(wire.keys()).containsExactly("acme/2026-11/0.8", "acme/2026-11/0.9", "acme/2026-11/1.0");
        assertThat(fixture.marks.mask).isEqualTo(0b111);
        assertThat(notices.count(NoticeCounter.DELIVERED)).isEqualTo(3);
    }

    @Test
    void shouldSayWhatWasReachedAndNothingThatIsSecret() {
        fixture.usedTokens = 812;
        fixture.poll(SECOND_NS);

        final QuotaNotice notice = wire.sent.get(0);
        assertThat(notice.body())
                .isEqualTo("{\"type\":\"quota.threshold_reached\",\"id\":\"acme/2026-11/0.8\",\"tenant_id\":\"acme\","
                        + "\"billing_cycle_id\":\"2026-11\",\"cycle_start\":\"2026-11-01T00:00:00Z\","
                        + "\"cycle_end\":\"2026-12-01T00:00:00Z\",\"threshold\":\"0.8\",\"monthly_quota\":1000,"
                        + "\"used_tokens\":812,\"overage\":\"allow\",\"node\":\"edge-a\","
                        + "\"time\":\"2026-11-10T12:00:01Z\"}");
        assertThat(notice.toString()).isEqualTo("acme/2026-11/0.8");
    }

    @Test
    void shouldLookOnceASecond() {
        fixture.poll(SECOND_NS);
        fixture.usedTokens = 1_000;
        fixture.poll(SECOND_NS - 1);
        assertThat(wire.keys()).isEmpty();
        fixture.poll(1);
        assertThat(wire.keys()).hasSize(2);
    }

    @Test
    void shouldWaitLongerAfterEachFailureAndSendTheSameAgain() {
        fixture.usedTokens = 850;
        fixture.poll(SECOND_NS);
        long waitedNs = 0;
        for (int failures = 1; failures <= 12; failures++) {
            wire.end(FAILED);
            fixture.poll(0);
            final long before = wire.sent.size();
            long waitNs = 0;
            while (wire.sent.size() == before) {
                fixture.poll(SECOND_NS);
                waitNs += SECOND_NS;
            }
            assertThat(waitNs)
                    .isBetween(
                            Math.min(NoticeBackoff.LONGEST_NS, SECOND_NS << (failures - 1)) / 2,
                            Math.min(NoticeBackoff.LONGEST_NS, SECOND_NS << (failures - 1)) + SECOND_NS);
            waitedNs += waitNs;
        }
        wire.end(TAKEN);
        fixture.poll(SECOND_NS);

        assertThat(waitedNs).isGreaterThan(900 * SECOND_NS);
        assertThat(wire.keys()).hasSize(13).containsOnly("acme/2026-11/0.8");
        assertThat(wire.sent)
                .extracting(QuotaNotice::body)
                .containsOnly(wire.sent.get(0).body());
        assertThat(notices.count(NoticeCounter.REFUSED)).isEqualTo(12);
        assertThat(fixture.marks.mask).isEqualTo(1);
    }

    @Test
    void shouldWaitAsLongAsTheReceiverAsksFor() {
        fixture.usedTokens = 850;
        fixture.poll(SECOND_NS);
        wire.end(new NoticeTransport.Outcome(429, 30 * SECOND_NS, ""));
        fixture.poll(0);

        fixture.poll(29 * SECOND_NS);
        assertThat(wire.sent).hasSize(1);
        fixture.poll(SECOND_NS);
        assertThat(wire.sent).hasSize(2);
    }

    @Test
    void shouldSendAgainUnderTheSameKeyWhenItEndedBetweenSendingAndNoting() {
        fixture.usedTokens = 850;
        fixture.poll(SECOND_NS);
        // The receiver has it, this process ends before it knows.
        fixture.start(wire);
        fixture.poll(SECOND_NS);

        assertThat(wire.keys()).containsExactly("acme/2026-11/0.8", "acme/2026-11/0.8");
    }

    @Test
    void shouldSendNothingAfterARestartThatWasNoted() {
        fixture.usedTokens = 850;
        fixture.poll(SECOND_NS);
        wire.end(TAKEN);
        fixture.poll(SECOND_NS);
        fixture.start(wire);
        fixture.poll(SECOND_NS);

        assertThat(wire.sent).hasSize(1);
    }

    @Test
    void shouldTakeOverWhatAnotherMemberDidNotSend() {
        fixture.responsible = key -> !key.endsWith("/0.8");
        fixture.usedTokens = 1_000;
        fixture.poll(SECOND_NS);
        assertThat(wire.keys()).containsExactly("acme/2026-11/0.9", "acme/2026-11/1.0");
        wire.end(FAILED);

        // The other one is gone, and this one stands for all but the last.
        fixture.responsible = key -> !key.endsWith("/1.0");
        for (int i = 0; i < 5; i++) {
            fixture.poll(SECOND_NS);
            wire.end(TAKEN);
        }

        assertThat(wire.keys())
                .containsExactly("acme/2026-11/0.9", "acme/2026-11/1.0", "acme/2026-11/0.8", "acme/2026-11/0.9");
        assertThat(notices.pendingKeys()).isEmpty();
    }

    @Test
    void shouldLeaveAloneWhatAnotherMemberHasSent() {
        fixture.usedTokens = 1_000;
        fixture.poll(SECOND_NS);
        wire.end(FAILED);
        fixture.poll(0);
        fixture.marks.mask = 0b111;
        fixture.poll(600 * SECOND_NS);

        assertThat(wire.sent).hasSize(2);
        assertThat(notices.pendingKeys()).isEmpty();
    }

    @Test
    void shouldHoldNoMoreThanTwoAttemptsOpenToOneWebhook() {
        fixture.usedTokens = 1_000;
        fixture.poll(SECOND_NS);
        fixture.poll(100 * SECOND_NS);

        assertThat(wire.open).hasSize(QuotaNotices.MOST_UNDER_WAY_PER_WEBHOOK);
        assertThat(notices.pendingKeys()).hasSize(3);
    }

    @Test
    void shouldGoWhereAReloadSays() throws IOException {
        fixture.usedTokens = 850;
        fixture.poll(SECOND_NS);
        fixture.reload("https://other.example.com/");
        fixture.poll(SECOND_NS);
        wire.end(FAILED);
        fixture.poll(SECOND_NS);

        assertThat(wire.sent)
                .extracting(notice -> notice.webhook().getHost())
                .containsExactly("hooks.example.com", "other.example.com");
    }

    @Test
    void shouldTellNobodyWhereThereIsNoQuotaOrNoWebhook() throws IOException {
        fixture.usedTokens = 1_000_000;
        fixture.reload("monthly_quota: 1_000", "invoice_day: 1");
        fixture.poll(SECOND_NS);
        fixture.reload("overage_rate: 1", "alert_webhook: '" + HOOK + "'");
        fixture.poll(SECOND_NS);

        assertThat(wire.sent).isEmpty();
    }

    @Test
    void shouldStillTellWhatAnEndedCycleHadReached() throws IOException {
        fixture.usedTokens = 799;
        fixture.poll(SECOND_NS);
        fixture.usedTokens = 850;
        fixture.poll(20 * DAY_NS + 13 * 3_600 * SECOND_NS);
        assertThat(wire.keys()).containsExactlyInAnyOrder("acme/2026-11/0.8", "acme/2026-12/0.8");
        wire.end(FAILED);
        fixture.poll(2 * DAY_NS);

        assertThat(notices.pendingKeys()).as("a day later").containsExactly("acme/2026-12/0.8");
    }
}
