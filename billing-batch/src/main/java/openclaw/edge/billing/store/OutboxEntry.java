package openclaw.edge.billing.store;

import java.util.Locale;

/**
 * One thing that another system is to be told about a finalized document.
 *
 * @param target the other system, for example {@code stripe}
 * @param key tells it from all others, for ever
 * @param position order in which it was put there, from 1 within its target
 * @param invoiceNumber the document
 * @param operation what is to be done
 * @param line distinguishes several of one document and operation; else 0
 * @param state how far it came
 * @param attempts how often it was tried
 * @param generation how many of those attempts were answered and led to nothing: part of the key that goes out with the next
 * @param settings what is sent besides the document, as it was when first tried; null before
 * @param externalId what the other system calls it; null while unknown
 * @param lastError what came in the way the last time; null for nothing
 * @param firstSentMs when it was first tried, milliseconds since 1970; 0 before
 * @param leaseOwner who is at it; null when nobody is
 * @param leaseUntilMs until when nobody else may be, milliseconds since 1970
 */
public record OutboxEntry(
        String target,
        String key,
        long position,
        String invoiceNumber,
        String operation,
        int line,
        State state,
        long attempts,
        long generation,
        String settings,
        String externalId,
        String lastError,
        long firstSentMs,
        String leaseOwner,
        long leaseUntilMs) {
    /** How far an entry came. */
    public enum State {
        /** To be sent. */
        WAITING,
        /** The other system has it. */
        DELIVERED,
        /** The other system said no; it stays until somebody says otherwise. */
        REFUSED,
        /** It was sent without an answer so long ago that nobody can tell any more; it stays until somebody says. */
        IN_DOUBT,
        /** There is nothing that could be sent. */
        NOTHING;

        /** As it is kept. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** A new entry, which has no position yet. */
    public static OutboxEntry of(
            String target, String key, String invoiceNumber, String operation, int line, State state) {
        return new OutboxEntry(
                target, key, 0, invoiceNumber, operation, line, state, 0, 0, null, null, null, 0, null, 0);
    }

    /** In another state, with what came in the way, or null. */
    public OutboxEntry withState(State next, String error) {
        return with(next, attempts, generation, settings, externalId, error, firstSentMs)
                .leased(leaseOwner, leaseUntilMs);
    }

    /** About to be tried once more, with what is sent besides the document. */
    public OutboxEntry attempted(String settingsNow, long nowMs) {
        long sentMs = firstSentMs == 0 ? nowMs : firstSentMs;
        return with(state, attempts + 1, generation, settingsNow, externalId, lastError, sentMs)
                .leased(leaseOwner, leaseUntilMs);
    }

    /**
     * Answered, and led to nothing: what goes out next is another request.
     *
     * @param isCertain whether the other system has surely done nothing: then nothing of the attempt binds the next
     */
    public OutboxEntry answered(boolean isCertain) {
        boolean isFree = isCertain && externalId == null;
        String binding = isFree ? null : settings;
        long sentMs = isFree ? 0 : firstSentMs;
        return with(state, attempts, generation + 1, binding, externalId, lastError, sentMs)
                .leased(leaseOwner, leaseUntilMs);
    }

    /** As if it had never been sent; but what goes out is another request. */
    OutboxEntry again() {
        return with(State.WAITING, attempts, generation + 1, null, null, lastError, 0);
    }

    /** With what the other system calls it. */
    public OutboxEntry withExternalId(String id) {
        return with(state, attempts, generation, settings, id, lastError, firstSentMs)
                .leased(leaseOwner, leaseUntilMs);
    }

    /** Held by somebody until an instant; by nobody with null and 0. */
    OutboxEntry leased(String owner, long untilMs) {
        return new OutboxEntry(
                target,
                key,
                position,
                invoiceNumber,
                operation,
                line,
                state,
                attempts,
                generation,
                settings,
                externalId,
                lastError,
                firstSentMs,
                owner,
                untilMs);
    }

    /** The same entry as far as it came now, held by nobody. */
    private OutboxEntry with(
            State nextState,
            long nextAttempts,
            long nextGeneration,
            String nextSettings,
            String nextExternalId,
            String nextError,
            long nextFirstSentMs) {
        return new OutboxEntry(
                target,
                key,
                position,
                invoiceNumber,
                operation,
                line,
                nextState,
                nextAttempts,
                nextGeneration,
                nextSettings,
                nextExternalId,
                nextError,
                nextFirstSentMs,
                null,
                0);
    }
}
