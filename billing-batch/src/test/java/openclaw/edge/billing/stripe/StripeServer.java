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

    /** What is told of a request that came to nothing. */
    public static String failure(StripeApi api) {
        try {
            return "found " + api.findInvoice("cus_acme", "INV-2026-000001");
        } catch (StripeFailure e) {
            return e.getMessage();
        }
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
