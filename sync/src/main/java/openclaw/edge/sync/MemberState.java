package openclaw.edge.sync;

/** What a member is to this node. */
public enum MemberState {
    /** Known by name or address; not yet heard, or what it announced is not yet joined. */
    JOINING,
    /** Heard by some path, and all that it announced when it was first heard is joined. */
    ALIVE,
    /** Not heard by any path for {@code suspect_after}; or heard again and still being joined; or heard while changes do not get through. */
    SUSPECT,
    /** Silent for {@code dead_after}: not counted any more. */
    DEAD,
    /** Said goodbye, or was taken out by who has the say: not counted any more. */
    LEFT
}
