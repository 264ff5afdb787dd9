package openclaw.edge.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code edge key}: keys for tenants. */
@Command(name = "key", description = "Makes an API key, or the hash that the catalog holds of one.")
final class KeyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected 'key new' or 'key hash'");
    }

    @Command(
            name = "new",
            description = "Prints a new random key, which is kept nowhere, and the hash to put under api_keys.")
    int makeNew() {
        String key = ApiKey.random();
        CommandLine line = spec.commandLine();
        line.getOut().println(key);
        line.getOut().println(ApiKey.hash(key));
        line.getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    @Command(name = "hash", description = "Prints the hash to put under api_keys.")
    int hash(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "KEY",
                            description =
                                    "The key; without it, it is read from standard input, where no one else sees it.")
                    String given)
            throws IOException {
        String key = given == null ? firstLineOfInput() : given;
        if (key == null || key.isEmpty() || !key.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected a key of visible ASCII characters, as an argument or a line of input");
        }
        spec.commandLine().getOut().println(ApiKey.hash(key));
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private static String firstLineOfInput() throws IOException {
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
}
