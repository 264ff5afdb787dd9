package openclaw.edge.yaml;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML files to {@link YamlMap}s; what is wrong in any of them goes into one {@link Problems}. No object is ever
 * constructed from a file: only its nodes are read. Not thread-safe.
 */
public final class YamlReader {
    /** A catalog of 100,000 tenants has about 20 MiB. */
    private static final int MAX_CODE_POINTS = 256 * 1024 * 1024;

    private final Problems problems = new Problems();
    private final UnaryOperator<String> environment;

    /** Reads with this process's environment. */
    public YamlReader() {
        this(System::getenv);
    }

    /** Reads with the given environment: a variable's value by its name, null when undefined. */
    public YamlReader(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /** What is wrong in the files read so far. */
    public Problems problems() {
        return problems;
    }

    /** Reads a file; its name in messages is the path as given. */
    public YamlFile read(Path path) {
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent() == null ? absolute : absolute.getParent();
        byte[] bytes = new byte[0];
        try {
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            problems.add(path.toString(), "a file that exists", "none");
        } catch (IOException e) {
            problems.add(path.toString(), "a readable file", FailureWords.of(e));
        }
        return parse(path.toString(), directory, bytes);
    }

    /** Reads bytes under a name; used by tests and for stored versions. */
    public YamlFile parse(String name, Path directory, byte[] bytes) {
        YamlContext context = new YamlContext(name, directory, problems, environment);
        return new YamlFile(name, directory, bytes, root(context, bytes));
    }

    private YamlMap root(YamlContext context, byte[] bytes) {
        Node node = compose(context, bytes);
        boolean empty = node == null || Tag.NULL.equals(node.getTag());
        if (!empty && !(node instanceof MappingNode)) {
            new YamlNode(context, "", node, false).problem("keys with values at the top level");
        }
        return new YamlMap(context, "", node instanceof MappingNode mapping ? mapping : null, 1);
    }

    /** The library says how many characters stand before it; people look for lines. */
    private static void refuseCharacter(YamlContext context, String text) {
        int at = 0;
        while (at < text.length() && StreamReader.isPrintable(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        String found = at == text.length() ? "another" : String.format("the character U+%04X", text.codePointAt(at));
        context.problem(line(text.substring(0, at)), "", "text that YAML allows", found);
    }

    /** The line, from 1, on which what follows a text stands. */
    private static int line(String before) {
        return 1 + (int) before.chars().filter(c -> c == '\n').count();
    }

    private Node compose(YamlContext context, byte[] bytes) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        ByteBuffer encoded = ByteBuffer.wrap(bytes);
        String text = "";
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
            return new Yaml(options).compose(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
        } catch (CharacterCodingException e) {
            String before = new String(bytes, 0, encoded.position(), StandardCharsets.UTF_8);
            context.problem(line(before), "", "UTF-8 text", "bytes that are not");
        } catch (ReaderException e) {
            refuseCharacter(context, text);
        } catch (MarkedYAMLException e) {
            // The exception's own message quotes the line, which may hold a secret.
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            String what = e.getContext() == null ? e.getProblem() : e.getContext() + ": " + e.getProblem();
            problems.add(new Problem(context.file(), line, "", "YAML", what));
        } catch (YAMLException e) {
            problems.add(
                    context.file(), "YAML", e.getMessage().lines().findFirst().orElse("unreadable text"));
        }
        return null;
    }
}
