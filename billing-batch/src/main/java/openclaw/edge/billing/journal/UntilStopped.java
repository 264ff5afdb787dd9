package openclaw.edge.billing.journal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that runs until it is stopped end in order, with exit code 0: on TERM, INT and HUP the JVM begins to end, this
 * waits until the command has, and only then lets go. The thread is told by its interrupt.
 */
final class UntilStopped {
    private static final long END_SECONDS = 10;

    private final Thread command = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "stop");

    private UntilStopped() {}

    /** From here on the calling thread is interrupted when the process is told to end. */
    static UntilStopped begin() {
        UntilStopped stopped = new UntilStopped();
        Runtime.getRuntime().addShutdownHook(stopped.hook);
        return stopped;
    }

    private void stop() {
        command.interrupt();
        try {
            if (ended.await(END_SECONDS, TimeUnit.SECONDS)) {
                // The JVM would answer with the signal's number.
                Runtime.getRuntime().halt(JournalCommand.DONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has said all that it had to say. */
    void end() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook waits for this.
            ended.countDown();
        }
    }
}
