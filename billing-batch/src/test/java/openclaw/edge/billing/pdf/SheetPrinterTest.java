package openclaw.edge.billing.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import openclaw.edge.catalog.Party;
import openclaw.edge.catalog.Seller;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;

class SheetPrinterTest {
    private static final SheetPrinter PRINTER = new SheetPrinter();
    private static final Seller SELLER = new Seller(
            new Party("Sprzedawca Łódź S.A.", List.of("ul. Główna 1", "90-001 Łódź"), "PL1234567890", "a@example.com"),
            "Payable within 14 days",
            List.of("IBAN PL00 0000"));

    private static Sheet sheet(Seller seller, Party customer, List<Sheet.Line> lines) {
        return new Sheet(
                "Draft invoice",
                "DRAFT-2026-11-t",
                true,
                seller,
                customer,
                List.of(new Sheet.Fact("Period", "2026-11-01 to 2026-11-30")),
                "EUR",
                lines,
                List.of(new Sheet.Tax("VAT", "19", "1234567.89", "234567.90")),
                List.of(new Sheet.Sum("Net", "1234567.89", false), new Sheet.Sum("Amount due", "1469135.79", true)),
                List.of("A note."));
    }

    private static List<Sheet.Line> lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Sheet.Line(
                        "Tokens of line " + i
                                + " beyond the quota, plan with a rather long name, 2026-11-01T00:00:00Z to now",
                        Integer.toString(i * 1_000_003),
                        "0.000020000001",
                        i + ".25"))
                .toList();
    }

    static String text(byte[] pdf) throws IOException {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            PDFTextStripper stripper = new PDFTextStripper();
            stripper.setSortByPosition(true);
            return stripper.getText(document);
        }
    }

    private static int pages(byte[] pdf) throws IOException {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            return document.getNumberOfPages();
        }
    }

    @Test
    void shouldRepeatTheHeadingAndCountPages() throws IOException {
        byte[] pdf = PRINTER.print(sheet(SELLER, Party.UNKNOWN, lines(200))).bytes();
        String text = text(pdf);
        int pages = pages(pdf);
        assertThat(pages).isGreaterThan(5);
        for (int page = 1; page <= pages; page++) {
            assertThat(text).contains("Page " + page + " of " + pages);
        }
        assertThat(text.split("Description +Quantity +Unit price +Amount \\(EUR\\)", -1).length - 1)
                .isBetween(pages - 1, pages);
        for (Sheet.Line line : lines(200)) {
            assertThat(text).contains(Figures.grouped(line.quantity()) + " 0.000020000001 " + line.amount());
        }
        assertThat(text).contains("1,234,567.89", "19 %", "234,567.90", "1,469,135.79", "DRAFT: not an invoice yet");
    }

    @Test
    void shouldPrintWhatTheTypefaceHasAndNameWhatItLacks() throws IOException {
        Party customer = new Party("Ελλάς & Київ 上海 上 e\u0301 \uD83D\uDE00\u200D", List.of("a\tb\u0007"), "", "");
        SheetPrinter.Printed printed = PRINTER.print(sheet(SELLER, customer, lines(1)));
        assertThat(text(printed.bytes()))
                .contains(
                        "Sprzedawca Łódź S.A.", "ul. Główna 1", "Ελλάς & Київ □□ □ é □", "a b", "Tax ID: PL1234567890");
        assertThat(printed.missing()).containsOnlyKeys(0x4E0A, 0x6D77, 0x1F600).containsEntry(0x4E0A, 2);
    }

    @Test
    void shouldPrintOnlyWhatIsKnown() throws IOException {
        String text = text(
                PRINTER.print(sheet(Seller.UNKNOWN, Party.UNKNOWN, List.of())).bytes());
        assertThat(text).contains("Nothing to charge").doesNotContain("Bill to", "Tax ID", "Payable", "Payment");
    }

    @Test
    void shouldGiveTheSameBytesFromAllThreads() {
        List<Sheet> sheets = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Party customer = new Party("Customer " + new String(Character.toChars(0x100 + i)), List.of(), "", "");
            sheets.add(sheet(SELLER, customer, lines(i)));
        }
        List<byte[]> first = sheets.stream()
                .map(sheet -> new SheetPrinter().print(sheet).bytes())
                .toList();
        List<byte[]> second = sheets.parallelStream()
                .map(sheet -> PRINTER.print(sheet).bytes())
                .toList();
        for (int i = 0; i < sheets.size(); i++) {
            assertThat(second.get(i)).as("sheet %s", i).isEqualTo(first.get(i));
        }
        assertThat(first.get(1)).isNotEqualTo(first.get(2));
    }

    @Test
    void shouldPrintAnyTextWithoutThrowing() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            String any = random.ints(random.nextInt(400), 0, 0x3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .append('\uD800')
                    .toString();
            Party customer = new Party(any, List.of(any), any, any);
            Sheet sheet = sheet(SELLER, customer, List.of(new Sheet.Line(any.repeat(20), "1", "2", "3")));
            assertThat(pages(PRINTER.print(sheet).bytes())).as("seed %s", seed).isPositive();
        }
    }

    @Test
    void shouldGroupDigits() {
        assertThat(List.of("0", "999", "1000", "-1000", "-100.5", "1234567.8901", "9223372036854775807"))
                .extracting(Figures::grouped)
                .containsExactly(
                        "0", "999", "1,000", "-1,000", "-100.5", "1,234,567.8901", "9,223,372,036,854,775,807");
    }
}
