package openclaw.edge.proxy.testing;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails every test class in whose course a buffer was lost; on for all of them (META-INF/services). */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    static {
        BufferLeaks.install();
    }

    @Override
    public void beforeAll(final ExtensionContext context) {
        // That this class is initialized now is what counts.
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        if (context.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
            return;
        }
        final List<String> found = BufferLeaks.collect();
        if (!found.isEmpty()) {
            throw new AssertionError(
                    context.getDisplayName() + " leaked " + found.size() + " buffers, the first:\n" + found.get(0));
        }
    }
}
