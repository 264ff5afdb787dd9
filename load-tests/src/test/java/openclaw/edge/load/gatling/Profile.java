package openclaw.edge.load.gatling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a node spends its time, allocates or waits for locks: {@code -Dprofile=cpu|alloc|lock}. By async-profiler where {@code
 * ASYNC_PROFILER} (of the environment, or {@code -DasyncProfiler=}) names its library or its home, or it stands in its usual places; else by
 * the JVM's flight recorder.
 */
final class Profile {
    private static final List<String> KINDS = List.of("cpu", "alloc", "lock");
    private static final String LIBRARY = "libasyncProfiler.so";
    private static final List<String> USUAL = List.of("/opt/async-profiler", "/usr/local/async-profiler", "/usr/lib");

    private Profile() {}

    /**
     * Flags for the node's JVM, which writes the profile when it ends; none without {@code -Dprofile=}. Says where it will be.
     *
     * @throws IllegalArgumentException when {@code -Dprofile=} says something else
     */
    static List<String> flags() {
        final Optional<String> kind = Knobs.text("profile");
        if (kind.isEmpty()) {
            return List.of();
        }
        if (!KINDS.contains(kind.get())) {
            throw new IllegalArgumentException("-Dprofile=" + kind.get() + ", expected cpu, alloc or lock");
        }
        final Path directory = Path.of(Knobs.text("out").orElse("target/profiles"));
        try {
            Files.createDirectories(directory);
        } catch (final IOException e) {
            throw new UncheckedIOException("no directory for profiles", e);
        }
        final String name = kind.get() + "-"
                + LocalDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        return flags(kind.get(), directory.toAbsolutePath().resolve(name).toString(), library());
    }

    /**
     * For nodes that are not profiled.
     *
     * @throws IllegalArgumentException when {@code -Dprofile=} asks for it
     */
    static void refuse(final String why) {
        Knobs.text("profile").ifPresent(kind -> {
            throw new IllegalArgumentException("-Dprofile=" + kind + ": " + why);
        });
    }

    /** Flags of this kind, by this library of async-profiler or, without one, by the flight recorder. */
    static List<String> flags(final String kind, final String file, final Optional<Path> library) {
        if (library.isPresent()) {
            System.out.println("profile: " + file + ".html, by " + library.get() + ", when the node has ended");
            return List.of("-agentpath:" + library.get() + "=start,event=" + kind + ",file=" + file + ".html");
        }
        System.out.println("profile: " + file
                + ".jfr, by the flight recorder (async-profiler is not found), when the node has ended");
        final String events =
                kind.equals("lock") ? ",jdk.JavaMonitorEnter#threshold=1ms,jdk.ThreadPark#threshold=1ms" : "";
        return List.of("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file + ".jfr" + events);
    }

    private static Optional<Path> library() {
        return Stream.concat(
                        Stream.of(
                                        Knobs.text("asyncProfiler").orElse(""),
                                        Optional.ofNullable(System.getenv("ASYNC_PROFILER"))
                                                .orElse(""))
                                .filter(each -> !each.isEmpty()),
                        USUAL.stream())
                .map(Path::of)
                .flatMap(place -> Stream.of(place, place.resolve("lib").resolve(LIBRARY), place.resolve(LIBRARY)))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
