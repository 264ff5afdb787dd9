package openclaw.edge.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code --profile cpu|alloc|lock} of {@code ./edge bench}, as JMH's profilers have it: async-profiler's flame graphs where {@code
 * ASYNC_PROFILER} names its library or its home, or it stands in its usual places; else a recording of the flight recorder.
 */
final class BenchProfile {
    static final String OPTION = "--profile";

    private static final List<String> KINDS = List.of("cpu", "alloc", "lock");
    private static final String FOLDER = "profiles";
    private static final String LIBRARY = "libasyncProfiler.so";
    private static final List<String> USUAL = List.of("/opt/async-profiler", "/usr/local/async-profiler", "/usr/lib");

    private BenchProfile() {}

    /**
     * Arguments for JMH.
     *
     * @param arguments as given, perhaps with {@link #OPTION} and its kind
     * @param named by {@code ASYNC_PROFILER}; null where nothing is
     * @return the arguments, with a profiler in its place
     * @throws IllegalArgumentException when the kind is missing or another; says what was expected
     */
    static List<String> jmhArguments(final List<String> arguments, final String named) {
        final int at = arguments.indexOf(OPTION);
        if (at < 0) {
            return arguments;
        }
        final String kind = at + 1 < arguments.size() ? arguments.get(at + 1) : "";
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException(OPTION + " " + kind + ": expected cpu, alloc or lock");
        }
        final List<String> translated = new ArrayList<>(arguments.subList(0, at));
        translated.add("-prof");
        translated.add(profiler(kind, library(named)));
        translated.addAll(arguments.subList(at + 2, arguments.size()));
        return translated;
    }

    private static String profiler(final String kind, final Optional<Path> library) {
        return library.map(path -> "async:libPath=" + path + ";event=" + kind + ";output=flamegraph;dir=" + FOLDER)
                .orElse("jfr:configName=profile;dir=" + FOLDER);
    }

    private static Optional<Path> library(final String named) {
        return Stream.concat(Stream.ofNullable(named).filter(each -> !each.isEmpty()), USUAL.stream())
                .map(Path::of)
                .flatMap(place -> Stream.of(place, place.resolve("lib").resolve(LIBRARY), place.resolve(LIBRARY)))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
