package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import org.junit.jupiter.api.Test;

/** Who is remembered, and for how long. */
class MembershipTest {

    private static final long NOW_NS = 1_800_000_000_000_000_000L;
    private static final long LATER_NS = NOW_NS + Membership.TOMBSTONE_NS + 1;
    private static final TableConfig CONFIG = new TableConfig(Path.of("memory"), 16, 8, 1, 2);

    private final BucketTable table = BucketTable.inMemory(new TableMemory(CONFIG, 64), NOW_NS, 3);
    private final Membership membership = new Membership("self", 1, table.clock(), NOW_NS);

    private Member met(final String name, final int port) {
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);
        final Member member = membership.authenticated(name, 1, address, NOW_NS);
        member.count(true, true);
        return member;
    }

    @Test
    void shouldForgetWhoIsDeadForLongUnlessAListNamesIt() {
        final Member dead = met("dead", 1);
        final Member listed = met("listed", 2);
        listed.origin(new PeerAddress("127.0.0.1:2", false, listed.address()));
        membership.dead(dead, "silent for dead_after", NOW_NS);
        membership.dead(listed, "silent for dead_after", NOW_NS);
        membership.bury(LATER_NS - 2);
        assertThat(membership.others()).containsExactly(dead, listed);
        assertThat(membership.isFading(dead, LATER_NS - 2)).isTrue();
        membership.bury(LATER_NS);
        assertThat(membership.others()).isEqualTo(List.of(listed));
        assertThat(membership.find(dead.nameHash())).isNull();
        assertThat(membership.isFading(listed, LATER_NS)).isFalse();
    }

    @Test
    void shouldForgetNewcomersThatEndedBeforeTheyWereCountedButNobodyWithAShare() {
        final Member newcomer = met("newcomer", 1);
        newcomer.count(false, false);
        final Member silent = met("silent", 2);
        final int before = table.clock().silences();
        membership.bury(LATER_NS);
        assertThat(membership.others()).isEqualTo(List.of(silent));
        assertThat(table.clock().silences())
                .as("nothing is withheld for it any more")
                .isLessThan(before);
        assertThat(membership.all()).isEqualTo(2);
    }
}
