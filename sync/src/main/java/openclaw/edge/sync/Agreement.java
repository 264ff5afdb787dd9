package openclaw.edge.sync;

/**
 * How newcomers come to be counted: in two steps, so that no two sides of a cut can ever count more than one whole. When
 * all members of the view report the same view, a newcomer divides (is of N); when all report that it divides, it counts
 * (is of k while it is heard). While anybody is silent neither happens.
 *
 * <p>When a member that counts says that it does not count this node, this node does not count itself either, and adopts
 * whom the others count.
 *
 * <p>Nobody has admitted anything while all are new: they <em>found</em> a cluster together, of all that any of their lists
 * names, and each counts all of it. Who has no state and meets somebody who serves <em>joins</em>: it forgets what its own
 * list made it count, and takes over N and k as they are there. For the gossip agent's thread.
 */
final class Agreement {

    /** Who has no name at one node may have one at another: their views differ. */
    private static final long UNNAMED_SALT = 0x6f63656467654144L;

    private static final long DIVIDING_SALT = 0x6f63656467654449L;

    /** How this node came to know whom it counts. */
    private enum Beginning {
        FOUNDING,
        JOINING,
        DONE
    }

    private final Membership membership;
    private Beginning beginning = Beginning.DONE;
    private boolean isDenied;
    private long viewHash;
    private long dividedHash;
    private int hashedVersion = -1;

    Agreement(final Membership membership) {
        this.membership = membership;
    }

    /** This node has no state: it begins with others, or joins them. */
    void begin() {
        beginning = Beginning.FOUNDING;
        isDenied = !membership.self().counts();
    }

    /** True while this node may still found a cluster with others. */
    boolean isFounding() {
        return beginning == Beginning.FOUNDING;
    }

    /** A member serves: there is a cluster to join. */
    void onServing(final Member member) {
        if (beginning == Beginning.FOUNDING && member.weight() > 0) {
            beginning = Beginning.JOINING;
            count(false);
        }
    }

    /** Whoever was to be joined is there no more: this node begins as its own list says. */
    void isAlone() {
        if (beginning == Beginning.JOINING) {
            count(true);
        }
    }

    /** This node serves. */
    void end() {
        beginning = Beginning.DONE;
    }

    private void count(final boolean isCounting) {
        set(membership.self(), isCounting && membership.self().weight() > 0, isCounting && !isDenied);
        for (final Member each : membership.others()) {
            final boolean isOne = isCounting && each.origin() != null && isEligible(each);
            set(each, isOne, isOne);
        }
    }

    /** Whether a member's word on who counts matters here: it counts, or this node knows nobody else who does. */
    boolean heeds(final Member teller) {
        if (beginning != Beginning.DONE && teller.hasState() != (beginning == Beginning.JOINING)) {
            return false;
        }
        if (beginning == Beginning.FOUNDING) {
            return teller.weight() > 0;
        }
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
        if (!isEligible(member)) {
            return;
        }
        final Member self = membership.self();
        if (beginning == Beginning.FOUNDING) {
            set(member, member.divides() || isDividing, member.counts() || (isCounting && isDividing));
            return;
        }
        final boolean divides = member.divides() || isDividing;
        boolean counts = member.counts();
        if (!isCounting && !isUndecided && (member == self || !self.counts())) {
            counts = false;
            isDenied |= member == self;
        } else if (isCounting && (member == self ? isTakenUp() : !self.counts())) {
            counts = true;
        }
        set(member, divides, counts);
    }

    /** Who has no state of its own was not there before: whoever counts it, while nobody denies it, means this process. */
    private boolean isTakenUp() {
        return beginning == Beginning.JOINING && !isDenied;
    }

    /** A member says of itself whether it divides and counts: if not, it left, or was new, when this node did not hear of it. */
    void toldOfItself(final Member teller, final boolean isDividing, final boolean isCounting) {
        if (beginning == Beginning.FOUNDING) {
            told(teller, isDividing, isCounting, true);
        } else if (!isCounting) {
            set(teller, teller.divides(), false);
        } else if (beginning == Beginning.JOINING && isDividing && heeds(teller) && isEligible(teller)) {
            set(teller, true, true);
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
                    && (each.viewHash() != viewHash
                            || each.signs().heardAtNs() == 0
                            || nowNs - each.signs().heardAtNs() > freshNs)) {
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

    private static boolean isEligible(final Member member) {
        return member.isPresent() && member.weight() > 0;
    }

    /** An address that is not divided by is nobody. */
    private static boolean isOfView(final Member member) {
        return isEligible(member) && (member.isNamed() || member.divides());
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
                final long name = each.isNamed() ? each.nameHash() : NameHash.of(each.listed()) ^ UNNAMED_SALT;
                view += NameHash.mix(name);
                dividing += each.divides() ? NameHash.mix(name ^ DIVIDING_SALT) : 0;
            }
        }
        viewHash = NameHash.mix(view);
        dividedHash = NameHash.mix(dividing);
    }
}
