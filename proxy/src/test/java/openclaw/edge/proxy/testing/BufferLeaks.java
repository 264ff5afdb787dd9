package openclaw.edge.proxy.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Every buffer that Netty finds collected and not released, in this JVM. Installed before the first allocator is made, so that all
 * of them report here; every buffer is tracked ({@code PARANOID}).
 */
public final class BufferLeaks {
    private static final ConcurrentLinkedQueue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final int COLLECTIONS = 3;

    private BufferLeaks() {}

    /** Makes Netty report here. Before any other use of Netty. */
    public static void install() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation")
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    final Class<T> resource, final int samplingInterval, final long maxActive) {
                return new Reporting<>(resource, samplingInterval);
            }
        });
    }

    /** Collects garbage until what is lost is known, and returns what was found since the last call. */
    public static List<String> collect() {
        for (int i = 0; i < COLLECTIONS; i++) {
            collectOnce();
            // A detector looks for what was lost when the next buffer is tracked.
            touch(ByteBufAllocator.DEFAULT.directBuffer(16));
            touch(ByteBufAllocator.DEFAULT.heapBuffer(16));
        }
        final List<String> found = new ArrayList<>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            found.add(leak);
        }
        return found;
    }

    /** Until a reference made here has gone the way that those to lost buffers go. */
    private static void collectOnce() {
        final ReferenceQueue<Object> queue = new ReferenceQueue<>();
        final WeakReference<Object> mark = new WeakReference<>(new Object(), queue);
        try {
            do {
                System.gc();
            } while (queue.remove(1000) != mark);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void touch(final ByteBuf buffer) {
        buffer.release();
    }

    private static final class Reporting<T> extends ResourceLeakDetector<T> {
        private final String type;

        @SuppressWarnings("deprecation")
        Reporting(final Class<T> resource, final int samplingInterval) {
            super(resource, samplingInterval);
            type = resource.getSimpleName();
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(final String resourceType, final String records) {
            FOUND.add(type + " was collected and not released:" + records);
        }

        @Override
        protected void reportUntracedLeak(final String resourceType) {
            FOUND.add(type + " was collected and not released");
        }
    }
}
