package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** The same work for each of many, by all cores. Ends when all threads have: none writes on after a failure was thrown. */
final class AllCores {
    private AllCores() {}

    /** What is done for one of them. */
    @FunctionalInterface
    interface Work<T> {
        T of(int index) throws IOException;
    }

    /**
     * Does it for each; after a failure, for no more.
     *
     * @return the results by index
     * @throws IOException the first failure
     */
    static <T> List<T> map(int from, int to, Work<T> work) throws IOException {
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<T> results = IntStream.range(from, to)
                .parallel()
                .mapToObj(index -> failure.get() == null ? tried(work, index, failure) : null)
                .toList();
        Exception first = failure.get();
        if (first instanceof IOException) {
            throw (IOException) first;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
        return results;
    }

    private static <T> T tried(Work<T> work, int index, AtomicReference<Exception> failure) {
        try {
            return work.of(index);
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
            return null;
        }
    }
}
