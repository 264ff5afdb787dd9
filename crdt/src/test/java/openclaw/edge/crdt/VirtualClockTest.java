package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class VirtualClockTest {

    private static final long NOW_NS = 1_800_000_000_000_000_000L;

    @Test
    void shouldBeTimeWhileNobodyIsMissing() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 100, 7);
        assertThat(clock.virtualUnits(NOW_NS + 1_000)).isEqualTo(100 + 16_000);
        clock.members(5, 5, NOW_NS + 1_000);
        assertThat(clock.virtualUnits(NOW_NS + 2_000)).isEqualTo(100 + 32_000);
        assertThat(clock.withheldUnits(NOW_NS + 2_000)).isEqualTo(7);
    }

    @Test
    void shouldRunAtKOfNAndWithholdTheRest() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 0, 0);
        clock.members(2, 3, NOW_NS);
        assertThat(clock.virtualUnits(NOW_NS + 3_000)).isEqualTo(2 * 16_000);
        assertThat(clock.withheldUnits(NOW_NS + 3_000)).isEqualTo(16_000);
        clock.members(3, 3, NOW_NS + 3_000);
        assertThat(clock.virtualUnits(NOW_NS + 4_000)).isEqualTo(3 * 16_000);
        assertThat(clock.withheldUnits(NOW_NS + 4_000)).isEqualTo(16_000);
    }

    @Test
    void shouldNeitherGoBackNorLoseMoreThanAUnitPerChange() {
        final long seed = 3;
        final Random random = new Random(seed);
        final VirtualClock clock = new VirtualClock(NOW_NS, 0, 0);
        long nowNs = NOW_NS;
        BigInteger numerator = BigInteger.ZERO;
        final BigInteger scale = BigInteger.valueOf(232_792_560L); // divisible by 1..20
        int reachable = 1;
        int all = 1;
        long before = 0;
        for (int change = 1; change <= 20_000; change++) {
            final long stepNs = random.nextInt(3) == 0 ? 0 : random.nextLong() >>> (24 + random.nextInt(39));
            nowNs += stepNs;
            numerator = numerator.add(BigInteger.valueOf(stepNs * 16)
                    .multiply(scale)
                    .multiply(BigInteger.valueOf(reachable))
                    .divide(BigInteger.valueOf(all)));
            final long v = clock.virtualUnits(nowNs);
            assertThat(v).as("seed %d, change %d", seed, change).isGreaterThanOrEqualTo(before);
            assertThat(BigInteger.valueOf(v))
                    .as("seed %d, change %d", seed, change)
                    .isBetween(numerator.divide(scale).subtract(BigInteger.valueOf(change)), numerator.divide(scale));
            assertThat(v + clock.withheldUnits(nowNs))
                    .as("v + W is time; seed %d, change %d", seed, change)
                    .isEqualTo((nowNs - NOW_NS) * 16);
            before = v;
            all = 1 + random.nextInt(20);
            reachable = 1 + random.nextInt(all);
            clock.members(reachable, all, nowNs);
        }
    }

    @Test
    void shouldStandStillForATimeBeforeTheLastChange() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 500, 0);
        clock.members(1, 2, NOW_NS + 10);
        assertThat(clock.virtualUnits(NOW_NS)).isEqualTo(500 + 160);
    }

    @Test
    void shouldLeaveAtLeastOneTokenOfTheCapacityUsable() {
        assertThat(VirtualClock.Pace.floorUnits(1_000, 10, 3, 3)).isZero();
        assertThat(VirtualClock.Pace.floorUnits(1_000, 10, 1, 3)).isEqualTo(1_000 - 333);
        assertThat(VirtualClock.Pace.floorUnits(1_000, 10, 1, 200)).isEqualTo(990);
        assertThat(VirtualClock.Pace.floorUnits(10, 10, 1, 200)).isZero();
        assertThat(VirtualClock.Pace.floorUnits(1_000, 10, 0, 3)).isEqualTo(1_000);
    }

    @Test
    void shouldStandStillForANewcomerThatHearsNobody() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 500, 0);
        clock.members(0, 3, NOW_NS);
        clock.renewLease(NOW_NS, 10);
        assertThat(clock.virtualUnits(NOW_NS + 1_000)).isEqualTo(500);
        assertThat(clock.withheldUnits(NOW_NS + 1_000)).isEqualTo(16_000);
        assertThat(VirtualTime.realNs(1, 0, 3, 77)).isEqualTo(77);
        assertThat(VirtualTime.realNs(0, 0, 3, 77)).isZero();
    }

    @Test
    void shouldCountAtOneOfNBeyondTheLeaseWhoeverAsksFirst() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 0, 0);
        clock.members(4, 4, NOW_NS);
        clock.renewLease(NOW_NS, 1_000);
        assertThat(clock.virtualUnits(NOW_NS + 1_000)).isEqualTo(16_000);
        // A reader ahead of the others, and one behind: nobody's v goes back.
        assertThat(clock.virtualUnits(NOW_NS + 5_000)).isEqualTo(16_000 + 16_000);
        assertThat(clock.virtualUnits(NOW_NS + 900)).isEqualTo(16_000);
        assertThat(clock.withheldUnits(NOW_NS + 5_000)).isEqualTo(48_000);
        clock.members(3, 4, NOW_NS + 5_000);
        assertThat(clock.reachable()).isEqualTo(3);
        assertThat(clock.virtualUnits(NOW_NS + 9_000))
                .as("k is in force from the renewal")
                .isEqualTo(48_000);
        clock.renewLease(NOW_NS + 9_000, 1_000);
        assertThat(clock.virtualUnits(NOW_NS + 9_800)).isEqualTo(48_000 + 9_600);
    }

    @Test
    void shouldRenewByWhatIsWorthItAndShortenAtOnce() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 0, 0);
        clock.members(2, 2, NOW_NS);
        assertThat(clock.pace(NOW_NS).leaseUntilNs).isEqualTo(VirtualClock.NEVER_NS);
        clock.renewLease(NOW_NS, 6_400);
        final VirtualClock.Pace first = clock.pace(NOW_NS);
        clock.renewLease(NOW_NS + 100, 6_400);
        assertThat(clock.pace(NOW_NS)).isSameAs(first);
        clock.renewLease(NOW_NS + 101, 6_400);
        assertThat(clock.pace(NOW_NS).leaseUntilNs).isEqualTo(NOW_NS + 6_501);
        clock.renewLease(NOW_NS + 102, 640);
        assertThat(clock.pace(NOW_NS).leaseUntilNs).isEqualTo(NOW_NS + 742);
        clock.members(1, 1, NOW_NS + 200);
        clock.renewLease(NOW_NS + 200, 640);
        assertThat(clock.virtualUnits(NOW_NS + 100_000))
                .as("alone there is no lease")
                .isEqualTo(1_600_000);
        clock.members(1, 2, NOW_NS + 100_000);
        assertThat(clock.pace(NOW_NS + 100_000).leaseUntilNs).isEqualTo(VirtualClock.NEVER_NS);
    }

    @Test
    void shouldTellTheSilenceAsOfTheLastRenewalBeforeAPause() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 0, 0);
        clock.members(2, 4, NOW_NS);
        clock.renewLease(NOW_NS + 100, 500);
        // An event loop decides before the pause is found out.
        clock.pace(NOW_NS + 5_000);
        final Silence paused = clock.silence(NOW_NS + 100);
        assertThat(paused.withheldUnits()).isEqualTo(100 * 16 / 2);
        assertThat(clock.silence(NOW_NS + 5_000).withheldUnits()).isEqualTo(600 * 16 / 2 + 4_400 * 16 * 3 / 4);
        clock.renewLease(NOW_NS + 5_000, 500);
        assertThat(clock.silence(NOW_NS + 5_000).withheldUnits()).isEqualTo(600 * 16 / 2 + 4_400 * 16 * 3 / 4);
    }

    @Test
    void shouldRefuseMembersThatCannotBe() {
        final VirtualClock clock = new VirtualClock(NOW_NS, 0, 0);
        assertThatThrownBy(() -> clock.members(-1, 1, NOW_NS)).hasMessageContaining("reachable=-1");
        assertThatThrownBy(() -> clock.members(0, 0, NOW_NS)).hasMessageContaining("all=0");
        assertThatThrownBy(() -> clock.renewLease(NOW_NS, 0)).hasMessageContaining("leaseNs=0");
        assertThatThrownBy(() -> clock.members(3, 2, NOW_NS)).hasMessageContaining("reachable=3 of all=2");
        assertThatThrownBy(() -> clock.members(1, 65_536, NOW_NS)).hasMessageContaining("all=65536");
    }

    @Test
    void shouldResumeFromTheLatestWholeCheckpoint() {
        final UnsafeBuffer header = new UnsafeBuffer(new byte[TableHeaderDescriptor.HEADER_LENGTH_BYTES]);
        ClockCells.write(header, NOW_NS, 1_000, 50);
        ClockCells.write(header, NOW_NS + 10, 1_160, 50);
        final VirtualClock lone = ClockCells.resume(header, NOW_NS + 110, 1);
        assertThat(lone.virtualUnits(NOW_NS + 110)).isEqualTo(1_160 + 1_600);
        assertThat(lone.withheldUnits(NOW_NS + 110)).isEqualTo(50);

        // A kill after the words and before the sequence: the cell before counts.
        final int torn = TableHeaderDescriptor.CLOCK_CELL_OFFSET + TableHeaderDescriptor.CLOCK_CELL_LENGTH_BYTES;
        header.putLong(torn + TableHeaderDescriptor.CLOCK_VIRTUAL_OFFSET, Long.MAX_VALUE);
        assertThat(ClockCells.resume(header, NOW_NS + 110, 1).virtualUnits(NOW_NS + 110))
                .isEqualTo(1_160 + 1_600);
    }

    @Test
    void shouldCountDowntimeAsSilenceOfAllOthers() {
        final UnsafeBuffer header = new UnsafeBuffer(new byte[TableHeaderDescriptor.HEADER_LENGTH_BYTES]);
        ClockCells.write(header, NOW_NS, 1_000, 0);
        final VirtualClock member = ClockCells.resume(header, NOW_NS + 400, 4);
        assertThat(member.virtualUnits(NOW_NS + 400)).isEqualTo(1_000 + 1_600);
        assertThat(member.withheldUnits(NOW_NS + 400)).isEqualTo(4_800);
        assertThat(member.reachable()).isEqualTo(1);
        assertThat(member.all()).isEqualTo(4);
    }

    @Test
    void shouldNotGoBackWhenTheWallClockWasSetBack() {
        final UnsafeBuffer header = new UnsafeBuffer(new byte[TableHeaderDescriptor.HEADER_LENGTH_BYTES]);
        ClockCells.write(header, NOW_NS, 1_000, 0);
        final VirtualClock clock = ClockCells.resume(header, NOW_NS - 1_000_000, 1);
        assertThat(clock.virtualUnits(NOW_NS - 1_000_000)).isEqualTo(1_000);
        assertThat(clock.virtualUnits(NOW_NS - 999_990)).isEqualTo(1_160);
    }
}
