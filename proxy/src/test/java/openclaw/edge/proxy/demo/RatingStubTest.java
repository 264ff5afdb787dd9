package openclaw.edge.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RatingStubTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static RatingStub stub;

    @BeforeAll
    static void start() throws IOException {
        stub = RatingStub.start(DemoSite.loopback(0));
    }

    @AfterAll
    static void stop() {
        stub.close();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, domain",
        "EXAMPLE.com, domain",
        "xn--bcher-kva.example, domain",
        "192.0.2.7, ip",
        "2001:db8::1, ip",
        "jane.doe+x@example.com, email",
    })
    void shouldRateTheSameByBothMethods(String subject, String kind) throws Exception {
        HttpResponse<String> got = get("/v1/rate?subject=" + subject.replace("+", "%2B"));
        HttpResponse<String> posted = post("{\"subject\": \"" + subject + "\"}");

        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.headers().firstValue("content-type")).contains("application/json");
        assertThat(got.body())
                .matches(
                        "\\{\"subject\":\"" + Pattern.quote(subject.toLowerCase(Locale.ROOT))
                                + "\",\"kind\":\"" + kind
                                + "\",\"score\":0\\.[0-9]{2},\"verdict\":\"(trusted|suspect|malicious)\",\"model\":\"stand-in-1\"}\n");
        assertThat(posted.body()).isEqualTo(got.body());
        assertThat(get("/v1/rate?subject=" + subject.replace("+", "%2B")).body())
                .isEqualTo(got.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"subject\": 7}",
                "{\"subject\": \"not a domain\"}",
                "{\"subject\": \"a\", \"subject\": \"example.com\"}",
                "{\"other\": \"example.com\"}",
                "{\"subject\": \"example.com\"} more",
                "{\"subject\": \"@example.com\"}",
                "{\"subject\": \"300.1.1.1\"}",
                "{\"subject\": \"example.com\", \"nested\": {\"subject\": ",
            })
    void shouldAnswerBadBodiesWithJson(String body) throws Exception {
        HttpResponse<String> response = post(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{\"status\":400,\"message\":\"");
    }

    @Test
    void shouldSkipWhatItDoesNotKnow() throws Exception {
        HttpResponse<String> response =
                post("{\"nested\": {\"subject\": [1, {}]}, \"subject\": \"example.com\", \"more\": [2]}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(get("/v1/rate?subject=example.com").body());
    }

    @Test
    void shouldSayWhatThereIs() throws Exception {
        assertThat(get("/v1/rate").statusCode()).isEqualTo(400);
        assertThat(get("/v1/rate?subject=a.com&subject=b.com").statusCode()).isEqualTo(400);
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/health").statusCode()).isEqualTo(200);
        HttpResponse<String> deleted =
                send(request("/v1/rate?subject=example.com").DELETE().build());
        assertThat(deleted.statusCode()).isEqualTo(405);
        assertThat(deleted.headers().firstValue("allow")).contains("GET, HEAD, POST");
        assertThat(post("x".repeat(70_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void shouldGiveDifferentSubjectsDifferentScores() {
        long different = IntStream.range(0, 200)
                .map(i -> Rating.of("host" + i + ".example.com").hundredths())
                .distinct()
                .count();

        assertThat(different).isGreaterThan(50);
    }

    private static HttpResponse<String> get(String target) throws Exception {
        return send(request(target).build());
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return send(request("/v1/rate").POST(BodyPublishers.ofString(body)).build());
    }

    private static HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stub.port() + target));
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return CLIENT.send(request, BodyHandlers.ofString());
    }
}
