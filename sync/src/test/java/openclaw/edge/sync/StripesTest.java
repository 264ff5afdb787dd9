package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class StripesTest {

    @Test
    void shouldGiveEveryCallerAnother() {
        final AtomicInteger made = new AtomicInteger();
        final Stripes<Integer> stripes = new Stripes<>(made::incrementAndGet, () -> false, 4);
        final List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(stripes.get(stripes.enter()));
        }
        assertThat(taken).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void shouldMakeOnlyWhatIsNeeded() {
        final AtomicInteger made = new AtomicInteger();
        final Stripes<Integer> stripes = new Stripes<>(made::incrementAndGet, () -> false, 16);
        for (int i = 0; i < 100; i++) {
            final int index = stripes.enter();
            assertThat(stripes.get(index)).isEqualTo(1);
            stripes.leave(index);
        }
    }

    /** More threads than stripes: whoever finds none gets one once it is given back, and nobody shares one. */
    @Test
    void shouldLetOneThreadAtATimeUseEach() throws InterruptedException {
        final Stripes<AtomicInteger> stripes = new Stripes<>(AtomicInteger::new, () -> false, 2);
        final AtomicInteger shared = new AtomicInteger();
        final CountDownLatch done = new CountDownLatch(6);
        for (int i = 0; i < 6; i++) {
            new Thread(() -> {
                        for (int n = 0; n < 5_000; n++) {
                            final int index = stripes.enter();
                            final AtomicInteger users = stripes.get(index);
                            if (users.incrementAndGet() != 1) {
                                shared.incrementAndGet();
                            }
                            users.decrementAndGet();
                            stripes.leave(index);
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        assertThat(shared).hasValue(0);
    }

    @Test
    void shouldLetNobodyInAfterClose() {
        final Stripes<Integer> stripes = new Stripes<>(() -> 1, () -> false, 4);
        stripes.leave(stripes.enter());
        stripes.close();
        assertThat(stripes.enter()).isEqualTo(-1);
        stripes.close();
    }
}
