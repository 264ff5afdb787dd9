package openclaw.edge.billing.stripe;

import java.net.URI;
import java.util.List;

/** A {@link FakeStripe} for tests in other packages. */
public final class StripeServer implements AutoCloseable {
    private final FakeStripe stripe = new FakeStripe();

    /** Where it listens. */
    public URI url() {
        return stripe.url();
    }

    /** The key that it takes. */
    public String key() {
        return FakeStripe.KEY;
    }

    /** What it holds. */
    public List<String> state() {
        return stripe.state();
    }

    @Override
    public void close() {
        stripe.close();
    }
}
