package openclaw.edge.proxy.notice;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Notices over HTTP/1.1, {@code https:} with certificate and name checked. Redirects are not followed and answers' bodies not
 * read: the status says it all, and no receiver can hold an attempt open beyond {@link #TIMEOUT}. Threads are made by the first
 * notice. Thread-safe.
 */
final class WebhookTransport implements NoticeTransport {
    /** From the first byte of the connection to the answer's status. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int THREADS = 2;
    private static final int MAX_CAUSES = 8;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;
    private static final long MOST_ASKED_MS = 1_000_000_000L;

    private final SSLContext tls;
    private final Duration timeout;
    private final LongSupplier epochMs;
    private ExecutorService executor;
    private HttpClient client;

    /** With the certificates that the Java installation trusts. */
    WebhookTransport() {
        this(null, TIMEOUT, System::currentTimeMillis);
    }

    /**
     * For tests.
     *
     * @param tls null: what the Java installation trusts
     */
    WebhookTransport(final SSLContext tls, final Duration timeout, final LongSupplier epochMs) {
        this.tls = tls;
        this.timeout = timeout;
        this.epochMs = epochMs;
    }

    private synchronized HttpClient client() {
        if (client == null) {
            executor = Executors.newFixedThreadPool(THREADS, task -> {
                final Thread thread = new Thread(task, "notices");
                thread.setDaemon(true);
                return thread;
            });
            final HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .executor(executor);
            client = (tls == null ? builder : builder.sslContext(tls)).build();
        }
        return client;
    }

    @Override
    public void send(final QuotaNotice notice, final Consumer<Outcome> then) {
        final CompletableFuture<HttpResponse<Void>> answer;
        try {
            answer = client().sendAsync(request(notice), info -> new StatusOnly());
        } catch (final RuntimeException e) {
            // A URL that no request can be made of, for example.
            then.accept(new Outcome(NO_ANSWER, 0, "no request can be made of its URL"));
            return;
        }
        answer.whenComplete((response, failure) -> then.accept(
                response == null
                        ? new Outcome(NO_ANSWER, 0, why(failure))
                        : new Outcome(response.statusCode(), retryAfterNs(response), "")));
    }

    private HttpRequest request(final QuotaNotice notice) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(notice.webhook())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("User-Agent", "openclaw-edge")
                .header("Idempotency-Key", notice.key())
                .POST(HttpRequest.BodyPublishers.ofString(notice.body()));
        if (!notice.secret().isEmpty()) {
            request.header(
                    NoticeSignature.FIELD,
                    NoticeSignature.of(notice.secret(), epochMs.getAsLong() / 1000, notice.body()));
        }
        return request.build();
    }

    /** Messages may hold the URL: kinds alone are told, that nearest to the cause first. */
    private static String why(final Throwable failure) {
        String why = "the connection failed";
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            final String kind = kind(cause);
            why = kind == null ? why : kind;
            cause = cause.getCause();
        }
        return why;
    }

    /** Null for what says nothing beyond its cause. */
    private static String kind(final Throwable failure) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer came in time";
        }
        if (failure instanceof UnresolvedAddressException || failure instanceof UnknownHostException) {
            return "no address is known for its name";
        }
        if (failure instanceof ConnectException) {
            return "nobody listens there";
        }
        if (failure instanceof GeneralSecurityException) {
            return "its certificate is for another name, or by nobody whom Java trusts";
        }
        if (failure instanceof SSLException) {
            return "TLS failed";
        }
        return failure instanceof EOFException ? "it closed the connection before an answer" : null;
    }

    /** RFC 9110, section 10.2.3: seconds, or a date; anything else asks for nothing. */
    private long retryAfterNs(final HttpResponse<?> response) {
        final String value =
                response.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Long.parseLong(value) * NS_PER_SECOND;
        }
        try {
            final Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
            final long untilMs = until.toEpochMilli() - epochMs.getAsLong();
            return Math.min(Math.max(0, untilMs), MOST_ASKED_MS) * NS_PER_MS;
        } catch (final DateTimeException e) {
            return 0;
        }
    }

    /** Is content with the head of an answer; what follows it is not wanted, and its connection is closed. */
    private static final class StatusOnly implements HttpResponse.BodySubscriber<Void> {
        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(final Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(final List<ByteBuffer> item) {}

        @Override
        public void onError(final Throwable cause) {}

        @Override
        public void onComplete() {}
    }

    @Override
    public synchronized void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
    }
}
