package openclaw.edge.proxy;

import jnr.ffi.LibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads whose work may wait, and which give way to the event loops: they have a higher niceness (nice(2)), so that one which becomes
 * runnable while all cores are busy does not take a core from a loop in the middle of its turn. Where niceness belongs to the process
 * and not to a thread (outside Linux), and where it cannot be set, they are threads like others.
 */
final class Background {
    /** By how much they are nicer than the process: beside one event loop on a core they get a tenth of that core. */
    static final int NICENESS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final boolean IS_LINUX = "Linux".equals(System.getProperty("os.name"));

    private Background() {}

    /** What is asked of the C library; public since its implementation is made in another package. */
    public interface C {
        /** See nice(2): adds to the niceness of the calling thread (on Linux) and returns what it is then. */
        int nice(int increment);
    }

    /** Loaded once, by the first thread that asks. */
    private static final class Library {
        static final C C_LIBRARY = LibraryLoader.create(C.class).load("c");
    }

    /** A thread that has not begun. */
    static Thread thread(final Runnable task, final String name) {
        return new Thread(
                () -> {
                    giveWay();
                    task.run();
                },
                name);
    }

    private static void giveWay() {
        if (!IS_LINUX) {
            return;
        }
        try {
            Library.C_LIBRARY.nice(NICENESS);
        } catch (final RuntimeException | LinkageError e) {
            LOG.debug("{} keeps its niceness", Thread.currentThread().getName(), e);
        }
    }
}
