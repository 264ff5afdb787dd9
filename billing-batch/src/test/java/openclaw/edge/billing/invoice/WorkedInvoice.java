package openclaw.edge.billing.invoice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One section of {@code worked-invoices.md}.
 *
 * @param title for people
 * @param cycle its id
 * @param broughtForward credit of earlier invoices
 * @param catalog YAML
 * @param usage rows of admitted, requests, tokens, route, model
 * @param lines rows of description, quantity, unit price, amount
 */
record WorkedInvoice(
        String title,
        String cycle,
        BigDecimal broughtForward,
        String catalog,
        List<List<String>> usage,
        List<List<String>> lines) {
    static List<WorkedInvoice> read() {
        String text;
        try (InputStream in = WorkedInvoice.class.getResourceAsStream("worked-invoices.md")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<WorkedInvoice> invoices = new ArrayList<>();
        String[] sections = text.split("\n## ", -1);
        for (int i = 1; i < sections.length; i++) {
            invoices.add(section(sections[i]));
        }
        return invoices;
    }

    private static WorkedInvoice section(String text) {
        String title = text.substring(0, text.indexOf('\n'));
        String cycle = "2026-11";
        BigDecimal broughtForward = BigDecimal.ZERO;
        StringBuilder catalog = new StringBuilder();
        List<List<String>> rows = new ArrayList<>();
        boolean code = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("```")) {
                code = !code;
            } else if (code) {
                catalog.append(line).append('\n');
            } else if (line.startsWith("Cycle: ")) {
                cycle = line.substring("Cycle: ".length());
            } else if (line.startsWith("Brought forward: ")) {
                broughtForward = new BigDecimal(line.substring("Brought forward: ".length()));
            } else if (line.startsWith("|") && !line.startsWith("|--")) {
                rows.add(row(line));
            }
        }
        int lines = 0;
        while (!rows.get(lines).get(0).equals("line")) {
            lines++;
        }
        List<List<String>> usage = lines == 0 ? List.of() : rows.subList(1, lines);
        return new WorkedInvoice(
                title, cycle, broughtForward, catalog.toString(), usage, rows.subList(lines + 1, rows.size()));
    }

    private static List<String> row(String line) {
        String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
        return Arrays.stream(cells).map(String::strip).toList();
    }

    @Override
    public String toString() {
        return title;
    }
}
