package openclaw.edge.proxy.h1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Raw messages of public parsers' test suites with the verdict on each, kept beside the project in {@code http-cases}: in the
 * folder that the environment's {@code HTTP_CASES} names, else in {@code ../shared/http-cases} seen from the project's root.
 */
final class HttpCases {
    /** What a message's parse must have found. */
    record Parsed(String method, String target, int status, int bodyLength, String bodySha256) {}

    /** One case. */
    record Case(
            String id,
            String rawBase64,
            boolean request,
            String expect,
            String prefer,
            boolean complete,
            boolean bodyPhase,
            int messages,
            String requestMethod,
            boolean eofAfter,
            String rule,
            List<Parsed> parsed) {
        byte[] raw() {
            return Base64.getDecoder().decode(rawBase64);
        }
    }

    private HttpCases() {}

    /** All cases; empty when the folder is not here. */
    static List<Case> read() throws IOException {
        final Path file = folder().resolve("cases.jsonl");
        final List<Case> cases = new ArrayList<>();
        if (Files.isReadable(file)) {
            try (JsonParser json = JsonFactory.builder().build().createParser(file.toFile())) {
                while (json.nextToken() == JsonToken.START_OBJECT) {
                    cases.add(readCase(json));
                }
            }
        }
        return cases;
    }

    static Path folder() {
        final String named = System.getenv("HTTP_CASES");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        Path root = Path.of("").toAbsolutePath();
        while (root.getParent() != null && Files.exists(root.resolveSibling("pom.xml"))) {
            root = root.getParent();
        }
        return root.resolveSibling("shared").resolve("http-cases");
    }

    private static Case readCase(final JsonParser json) throws IOException {
        String id = "";
        String raw = "";
        String kind = "";
        String expect = "";
        String prefer = "";
        String phase = "";
        String requestMethod = "GET";
        String rule = "";
        boolean complete = false;
        boolean eofAfter = false;
        int messages = 0;
        List<Parsed> parsed = List.of();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            final String key = json.currentName();
            json.nextToken();
            switch (key) {
                case "id" -> id = json.getText();
                case "raw_b64" -> raw = json.getText();
                case "kind" -> kind = json.getText();
                case "expect" -> expect = json.getText();
                case "prefer" -> prefer = json.getText();
                case "phase" -> phase = json.getText();
                case "req_method" -> requestMethod = json.getText();
                case "rule" -> rule = json.getText();
                case "complete" -> complete = json.getBooleanValue();
                case "eof_after" -> eofAfter = json.getBooleanValue();
                case "messages" -> messages = json.getIntValue();
                case "parsed" -> parsed = readParsed(json);
                default -> json.skipChildren();
            }
        }
        return new Case(
                id,
                raw,
                kind.equals("request"),
                expect.toLowerCase(Locale.ROOT),
                prefer,
                complete,
                phase.equals("body"),
                messages,
                requestMethod,
                eofAfter,
                rule,
                parsed);
    }

    private static List<Parsed> readParsed(final JsonParser json) throws IOException {
        final List<Parsed> parsed = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            String method = null;
            String target = null;
            int status = 0;
            int bodyLength = 0;
            String bodySha256 = "";
            while (json.nextToken() != JsonToken.END_OBJECT) {
                final String key = json.currentName();
                json.nextToken();
                switch (key) {
                    case "method" -> method = json.getText();
                    case "target" -> target = json.getText();
                    case "status" -> status = json.getIntValue();
                    case "body_len" -> bodyLength = json.getIntValue();
                    case "body_sha256" -> bodySha256 = json.getText();
                    default -> json.skipChildren();
                }
            }
            parsed.add(new Parsed(method, target, status, bodyLength, bodySha256));
        }
        return parsed;
    }
}
