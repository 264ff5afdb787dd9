package openclaw.edge.billing.pdf;

import java.util.ArrayList;
import java.util.List;

/** Breaks printable text into lines: at spaces, and within a word only where it is wider than a whole line. */
final class Wrapping {
    private final Characters characters;

    Wrapping(Characters characters) {
        this.characters = characters;
    }

    /** Lines of at most a width, at least one; a single character wider than that still takes a line. */
    List<String> lines(String text, int sizeMpt, int widthMpt) {
        String printable = characters.printable(text);
        if (characters.width(printable, sizeMpt) <= widthMpt) {
            return List.of(printable);
        }
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : printable.split(" +", -1)) {
            if (word.isEmpty()) {
                continue;
            }
            String joined = line.length() == 0 ? word : line + " " + word;
            if (characters.width(joined, sizeMpt) <= widthMpt) {
                line.setLength(0);
                line.append(joined);
                continue;
            }
            if (line.length() > 0) {
                lines.add(line.toString());
            }
            line.setLength(0);
            line.append(cut(lines, word, sizeMpt, widthMpt));
        }
        if (line.length() > 0 || lines.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** Adds lines of a word that is too wide for one; answers what is left of it. */
    private String cut(List<String> lines, String word, int sizeMpt, int widthMpt) {
        String rest = word;
        while (rest.length() > 1 && characters.width(rest, sizeMpt) > widthMpt) {
            int end = 1;
            while (characters.width(rest.substring(0, end + 1), sizeMpt) <= widthMpt) {
                end++;
            }
            lines.add(rest.substring(0, end));
            rest = rest.substring(end);
        }
        return rest;
    }
}
