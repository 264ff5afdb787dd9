package openclaw.edge.proxy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import openclaw.edge.proxy.config.Address;
import openclaw.edge.proxy.config.AdminConfig;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.yaml.FailureWords;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code edge cluster}: asks a running node, at its admin listener, what it knows of its cluster. */
@Command(
        name = "cluster",
        description = "Prints the cluster as a running node sees it: members, states, lag, unsynced tokens, hashes of"
                + " configuration and catalog.")
final class ClusterCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "EDGE_YAML",
            required = true,
            description = "The configuration of the node to ask, for admin.listen and admin.token.")
    private Path file;

    @Option(names = "--json", description = "Prints JSON, as /v1/cluster of the admin listener.")
    private boolean isJson;

    @Override
    public Integer call() throws InterruptedException {
        final AdminConfig admin = EdgeConfig.read(file).admin();
        final URI uri = URI.create("http://" + reachable(admin.listen()) + "/v1/cluster");
        final HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Accept", isJson ? "application/json" : "text/plain");
        if (admin.token() != null) {
            request.header("Authorization", "Bearer " + admin.token());
        }
        final HttpResponse<String> answer;
        try {
            answer = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build()
                    .send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (final IOException e) {
            throw new StartException(
                    "admin.listen=" + admin.listen() + ": expected a running node there, found " + found(e), e);
        }
        if (answer.statusCode() != OK) {
            throw new StartException("admin.listen=" + admin.listen() + ": expected status 200 of " + uri + ", found "
                    + answer.statusCode() + (answer.statusCode() == 401 ? ", is admin.token that of the node?" : ""));
        }
        spec.commandLine().getOut().print(answer.body());
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private static String found(final IOException e) {
        if (e instanceof ConnectException) {
            return "nobody who listens";
        }
        return e instanceof HttpTimeoutException
                ? "nobody who answers within " + TIMEOUT.toSeconds() + " s"
                : "a connection that failed: " + FailureWords.of(e);
    }

    /** Where a node that listens on all addresses is found on its own machine. */
    private static Address reachable(final Address listen) {
        return switch (listen.host()) {
            case "0.0.0.0" -> new Address("127.0.0.1", listen.port());
            case "::" -> new Address("::1", listen.port());
            default -> listen;
        };
    }
}
