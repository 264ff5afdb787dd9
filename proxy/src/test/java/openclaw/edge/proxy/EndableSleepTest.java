package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class EndableSleepTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private final EndableSleep sleep = new EndableSleep(HOUR_MS);

    @Test
    @Timeout(60)
    void shouldLetAnAgentEndThatSleeps() throws Exception {
        final CountDownLatch looked = new CountDownLatch(1);
        final AgentRunner runner = runner(looked);
        final Thread thread = AgentRunner.startOnThread(runner);
        assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        sleep.end();
        runner.close();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    @Timeout(60)
    void shouldLetAnAgentEndThatHasNotSleptYet() {
        sleep.end();
        sleep.idle(0);
        sleep.idle();
    }

    @Test
    @Timeout(60)
    void shouldNotSleepBehindWork() {
        sleep.idle(1);
    }

    private AgentRunner runner(final CountDownLatch looked) {
        return new AgentRunner(
                sleep,
                cause -> {
                    throw new AssertionError(cause);
                },
                null,
                new Agent() {
                    @Override
                    public int doWork() {
                        looked.countDown();
                        return 0;
                    }

                    @Override
                    public String roleName() {
                        return "looks";
                    }
                });
    }
}
