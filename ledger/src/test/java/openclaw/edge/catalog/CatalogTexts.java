package openclaw.edge.catalog;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import openclaw.edge.yaml.Problem;
import openclaw.edge.yaml.YamlFile;
import openclaw.edge.yaml.YamlReader;

/** Reads catalogs from texts; the first file is {@code a.yaml}, the next {@code b.yaml}. */
public final class CatalogTexts {
    private CatalogTexts() {}

    public static Catalog of(String... texts) {
        YamlReader yaml = new YamlReader(Map.of("HOOK", "https://hooks.example.com/s3cr3t")::get);
        Catalog catalog = read(yaml, texts);
        yaml.problems().throwIfAny();
        return catalog;
    }

    public static List<String> problems(String... texts) {
        YamlReader yaml = new YamlReader(Map.<String, String>of()::get);
        read(yaml, texts);
        return yaml.problems().list().stream().map(Problem::toString).toList();
    }

    private static Catalog read(YamlReader yaml, String... texts) {
        List<YamlFile> files = new ArrayList<>();
        for (String text : texts) {
            String name = (char) ('a' + files.size()) + ".yaml";
            files.add(yaml.parse(name, Path.of("."), text.getBytes(StandardCharsets.UTF_8)));
        }
        return CatalogReader.of(files);
    }
}
