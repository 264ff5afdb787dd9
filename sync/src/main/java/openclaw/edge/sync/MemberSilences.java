package openclaw.edge.sync;

import java.util.List;
import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.SilenceNotes;
import openclaw.edge.crdt.VirtualClock;

/**
 * By which silence the growth of each member is settled, and how long what was withheld for it is kept: one silence may be
 * that of several, and ends with the last of them. Until this node serves, whoever it is told of has been silent for as long
 * as it was not there itself. For the gossip agent's thread.
 */
final class MemberSilences {

    private final VirtualClock clock;
    private final List<Member> others;
    private Silence beforeStart;

    /**
     * Silences of nobody yet.
     *
     * @param clock withholds.
     * @param others whoever there is, at any time.
     */
    MemberSilences(final VirtualClock clock, final List<Member> others) {
        this.clock = clock;
        this.others = others;
    }

    /** This node starts. */
    void begin(final Silence downtime) {
        beforeStart = downtime;
    }

    /** That of a member of whom this node has just been told. */
    Silence ofNew(final long nowNs) {
        return beforeStart == null ? clock.silence(nowNs) : beforeStart;
    }

    /**
     * This node serves: whoever is told of from now on was not silent because this node was not there. Of whom the others
     * have given up nothing was withheld: what it turns out to have consumed is debited here as it is there.
     */
    void serves(final long nowNs) {
        final Silence downtime = beforeStart;
        beforeStart = null;
        if (downtime == Silence.UNHEARD) {
            for (final Member each : others) {
                if (each.isNamed() && !each.divides()) {
                    giveUp(each, nowNs);
                }
            }
        }
        if (downtime != null && others.stream().noneMatch(each -> each.isPresent() && each.silence() == downtime)) {
            clock.heard(downtime);
        }
    }

    /** Nothing is withheld for a member: also of whom this node has never heard what it consumes from now on is debited. */
    void giveUp(final Member member, final long nowNs) {
        if (member.silence() == Silence.UNHEARD) {
            member.silence(Silence.since(clock.withheldUnits(nowNs), clock.policy()));
        }
    }

    /** Who was told of lives at a configured address: it has been silent for as long as that. */
    void merge(final Member member, final Member placeholder) {
        if (member.isHeard()) {
            end(placeholder);
        } else if (member.silence() != placeholder.silence()) {
            end(member);
            member.silence(placeholder.silence());
        }
    }

    /** A member is heard, or gone: nothing is kept for its silence any more, unless it is also that of another one. */
    void end(final Member member) {
        final Silence silence = member.silence();
        for (final Member each : others) {
            if (each != member && each.silence() == silence && each.isPresent()) {
                return;
            }
        }
        clock.heard(silence);
    }

    /** Notes who is silent since when. */
    void note(final SilenceNotes notes) {
        notes.begin();
        for (final Member each : others) {
            if (each.isPresent() && (each.isNamed() || each.divides())) {
                notes.add(each.isNamed() ? each.nameHash() : NameHash.of(each.listed()), each.silence());
            }
        }
        notes.end();
    }
}
