package openclaw.edge.sync;

/**
 * How newcomers come to be counted: in two steps, so that no two sides of a cut can ever count more than one whole. When
 * all members of the view report the same view, a newcomer divides (is of N); when all report that it divides, it counts
 * (is of k while it is heard). While anybody is silent neither happens.
 *
 * <p>When a member that counts says that it does not count this node, this node does not count itself either, and adopts
 * whom the others count. For the gossip agent's thread.
 */
final class Agreement {

    /** In place of a name's hash: who has no name at one node has one at another, so that their views differ. */
    private static final long UNNAMED = 1;

    private static final long DIVIDING_SALT = 0x6f63656467654449L;

    private final Membership membership;
    private long viewHash;
    private long dividedHash;
    private int hashedVersion = -1;

    Agreement(final Membership membership) {
        this.membership = membership;
    }

    /** Whether a member's word on who counts matters here: it counts, or this node knows nobody else who does. */
    boolean heeds(final Member teller) {
        boolean isAlone = true;
        for (final Member each : membership.others()) {
            isAlone &= !each.counts();
        }
        return teller.weight() > 0 && (teller.counts() || isAlone);
    }

    /**
     * A member told whether another one divides and counts for it.
     *
     * @param member whom it spoke of, or this node.
     * @param isDividing it is of the teller's N.
     * @param isCounting it is of the teller's k.
     * @param isUndecided the teller has an address without a name, so that its "not" means nothing.
     */
    void told(final Member member, final boolean isDividing, final boolean isCounting, final boolean isUndecided) {
        final Member self = membership.self();
        final boolean divides = member.divides() || (isDividing && member.weight() > 0 && member.isPresent());
        boolean counts = member.counts();
        if (!isCounting && !isUndecided && (member == self || !self.counts())) {
            counts = false;
        } else if (isCounting && member != self && !self.counts() && member.isPresent()) {
            counts = true;
        }
        set(member, divides, counts);
    }

    /** A member says of itself that it does not count: it left, or was new, when this node did not hear of it. */
    void toldOfItself(final Member teller, final boolean isCounting) {
        if (!isCounting) {
            set(teller, teller.divides(), false);
        }
    }

    private void set(final Member member, final boolean divides, final boolean counts) {
        final boolean counted = divides && counts;
        if (divides != member.divides() || counted != member.counts()) {
            member.count(divides, counted);
            membership.changed();
        }
    }

    /**
     * Takes newcomers up as far as everybody agrees.
     *
     * @param nowNs now.
     * @param freshNs how old a sign of life may be.
     */
    void agree(final long nowNs, final long freshNs) {
        hash();
        if (!isSomebodyLeftOut() || !isViewCommon(nowNs, freshNs)) {
            return;
        }
        if (!isDividedByAll()) {
            membership.others().forEach(this::divide);
            divide(membership.self());
            return;
        }
        membership.others().forEach(each -> set(each, each.divides(), true));
        set(membership.self(), membership.self().divides(), true);
    }

    private void divide(final Member member) {
        if (isOfView(member)) {
            set(member, true, member.counts());
        }
    }

    private boolean isSomebodyLeftOut() {
        boolean isLeftOut = isOfView(membership.self()) && !membership.self().counts();
        for (final Member each : membership.others()) {
            isLeftOut |= isOfView(each) && !each.counts();
        }
        return isLeftOut;
    }

    private boolean isViewCommon(final long nowNs, final long freshNs) {
        for (final Member each : membership.others()) {
            if (isOfView(each)
                    && (each.viewHash() != viewHash || each.heardAtNs() == 0 || nowNs - each.heardAtNs() > freshNs)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDividedByAll() {
        boolean isDivided = !isOfView(membership.self()) || membership.self().divides();
        for (final Member each : membership.others()) {
            isDivided &= !isOfView(each) || (each.divides() && each.dividedHash() == dividedHash);
        }
        return isDivided;
    }

    private static boolean isOfView(final Member member) {
        return member.isPresent() && member.weight() > 0;
    }

    /** Hash of the view. */
    long viewHash() {
        hash();
        return viewHash;
    }

    /** Hash of the names that divide. */
    long dividingHash() {
        hash();
        return dividedHash;
    }

    private void hash() {
        if (hashedVersion == membership.version()) {
            return;
        }
        hashedVersion = membership.version();
        long view = 0;
        long dividing = DIVIDING_SALT;
        for (int i = -1; i < membership.others().size(); i++) {
            final Member each = i < 0 ? membership.self() : membership.others().get(i);
            if (isOfView(each)) {
                final long name = each.isNamed() ? each.nameHash() : UNNAMED;
                view += NameHash.mix(name);
                dividing += each.divides() ? NameHash.mix(name ^ DIVIDING_SALT) : 0;
            }
        }
        viewHash = NameHash.mix(view);
        dividedHash = NameHash.mix(dividing);
    }
}
