package openclaw.edge.proxy.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
    private static final List<String> MEMBERS = List.of("edge-a", "edge-b", "edge-c");

    @Test
    void shouldMakeExactlyOneResponsibleForEachThing() {
        final int[] things = new int[MEMBERS.size()];
        for (int i = 0; i < 3_000; i++) {
            final List<String> responsible = responsible(MEMBERS, "tenant-" + i + "/2026-11/0.8");
            assertThat(responsible).hasSize(1);
            things[MEMBERS.indexOf(responsible.get(0))]++;
        }
        for (final int share : things) {
            assertThat(share).isBetween(850, 1_150);
        }
    }

    @Test
    void shouldMoveOnlyWhatALostMemberWasResponsibleFor() {
        final List<String> left = List.of("edge-a", "edge-c");
        for (int i = 0; i < 300; i++) {
            final String thing = "tenant-" + i;
            final List<String> before = responsible(MEMBERS, thing);
            final List<String> after = responsible(left, thing);
            assertThat(after).hasSize(1);
            if (!before.contains("edge-b")) {
                assertThat(after).isEqualTo(before);
            }
        }
    }

    @Test
    void shouldMakeALoneNodeResponsibleForEverything() {
        assertThat(Rendezvous.isResponsible("edge", List.of(), "a")).isTrue();
        assertThat(Rendezvous.isResponsible("edge", List.of("edge"), "b")).isTrue();
    }

    private static List<String> responsible(final List<String> members, final String thing) {
        final List<String> responsible = new ArrayList<>();
        for (final String member : members) {
            if (Rendezvous.isResponsible(member, members, thing)) {
                responsible.add(member);
            }
        }
        return responsible;
    }
}
