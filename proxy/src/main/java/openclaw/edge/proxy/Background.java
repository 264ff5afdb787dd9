package openclaw.edge.proxy;

import jnr.ffi.LibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that give way to the event loops: they have a higher niceness (nice(2)), so that one which becomes runnable while
 * all cores are busy does not take a core from a loop in the middle of its turn. Where niceness belongs to the process and not to
 * a thread (outside Linux), and where it cannot be set, they are threads like others.
 */
final class Background {
    /** For a thread that has to keep up with the event loops: beside one of them on a core it gets a quarter of that core. */
    static final int STEADY = 5;

    /** For a thread whose work may wait: a tenth of such a core. */
    static final int RARE = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final boolean IS_LINUX = "Linux".equals(System.getProperty("os.name"));

    private Background() {}

    /** What is asked of the C library; public since its implementation is made in another package. */
    public interface C {
        /** See nice(2): adds to the niceness of the calling thread (on Linux) and returns what it is then. */
        int nice(int increment);
    }

    /**
     * A thread that has not begun.
     *
     * @param niceness {@link #STEADY} or {@link #RARE}: by how much it is nicer than the process
     */
    static Thread thread(final Runnable task, final String name, final int niceness) {
        return new Thread(
                () -> {
                    giveWay(niceness);
                    task.run();
                },
                name);
    }

    private static void giveWay(final int niceness) {
        if (!IS_LINUX) {
            return;
        }
        try {
            LibraryLoader.create(C.class).load("c").nice(niceness);
        } catch (final RuntimeException | LinkageError e) {
            LOG.debug("{} keeps its niceness", Thread.currentThread().getName(), e);
        }
    }
}
