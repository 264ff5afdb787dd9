package openclaw.edge.billing.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a head, numbers to the right. The last column is as wide as its text. */
final class Table {
    private static final String GAP = "  ";

    private final String[] head;
    private final List<String[]> rows = new ArrayList<>();

    Table(String... head) {
        this.head = head;
    }

    void add(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> Text.plain(String.valueOf(cell)))
                .toArray(String[]::new));
    }

    void print(Lines lines) {
        int[] widths = new int[head.length];
        boolean[] isNumber = new boolean[head.length];
        for (int column = 0; column < head.length; column++) {
            widths[column] = head[column].length();
            isNumber[column] = !rows.isEmpty();
            for (String[] row : rows) {
                widths[column] = Math.max(widths[column], row[column].length());
                isNumber[column] &= isNumber(row[column]);
            }
        }
        print(lines, head, widths, isNumber);
        for (String[] row : rows) {
            print(lines, row, widths, isNumber);
        }
    }

    private static boolean isNumber(String cell) {
        return cell.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static void print(Lines lines, String[] row, int[] widths, boolean[] isNumber) {
        StringBuilder line = lines.line();
        for (int column = 0; column < row.length; column++) {
            boolean isLast = column == row.length - 1;
            int padding = widths[column] - row[column].length();
            line.append(column == 0 ? "" : GAP);
            if (isNumber[column]) {
                line.append(" ".repeat(padding)).append(row[column]);
            } else {
                line.append(row[column]).append(isLast ? "" : " ".repeat(padding));
            }
        }
        lines.end();
    }
}
