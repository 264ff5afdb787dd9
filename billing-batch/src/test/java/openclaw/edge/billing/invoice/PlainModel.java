package openclaw.edge.billing.invoice;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What an invoice must come to, written down a second time: plain loops over single requests, nothing shared with the code
 * under test, and no care for speed. One tenant, one cycle, one plan after the other.
 */
final class PlainModel {
    /** What a plan costs; fields that are not of its shape are not looked at. */
    static final class Plan {
        String name;
        BigDecimal fee = BigDecimal.ZERO;
        long quota = -1;
        BigDecimal commitment = BigDecimal.ZERO;
        Shape shape = Shape.RATE;
        boolean countsRequests;
        BigDecimal price = BigDecimal.ZERO;
        long size = 1;
        final List<Long> ends = new ArrayList<>();
        final List<BigDecimal> prices = new ArrayList<>();
        final List<BigDecimal> flats = new ArrayList<>();
        final List<String> models = new ArrayList<>();
        final List<BigDecimal> factors = new ArrayList<>();
        String taxName = "";
        BigDecimal taxPercent = BigDecimal.ZERO;
    }

    enum Shape {
        RATE,
        PACKAGE,
        GRADUATED,
        VOLUME
    }

    /** A plan from one instant to another, in seconds since the cycle began. */
    record Span(Plan plan, long from, long to) {}

    /** One request, in seconds since the cycle began. */
    record Request(long at, long tokens, String model) {}

    final List<BigDecimal> amounts = new ArrayList<>();
    final TreeMap<String, BigDecimal> taxBases = new TreeMap<>();
    BigDecimal net;
    BigDecimal total;

    private final int digits;
    private final long seconds;

    PlainModel(List<Span> spans, List<Request> requests, long seconds, int digits) {
        this.digits = digits;
        this.seconds = seconds;
        BigDecimal leftTokens = quota(spans, false);
        BigDecimal leftRequests = quota(spans, true);
        for (Span span : spans) {
            BigDecimal used = used(span, requests);
            BigDecimal included;
            if (span.plan.countsRequests) {
                included = used.min(leftRequests);
                leftRequests = leftRequests.subtract(included);
            } else {
                included = used.min(leftTokens);
                leftTokens = leftTokens.subtract(included);
            }
            bill(span, included, used.subtract(included));
        }
        net = BigDecimal.ZERO.setScale(digits);
        for (BigDecimal amount : amounts) {
            net = net.add(amount);
        }
        total = net;
        taxBases.forEach((tax, base) ->
                total = total.add(base.multiply(new BigDecimal(tax.substring(tax.indexOf(' ') + 1)))
                        .divide(new BigDecimal(100))
                        .setScale(digits, RoundingMode.HALF_UP)));
    }

    private BigDecimal quota(List<Span> spans, boolean ofRequests) {
        BigInteger sum = BigInteger.ZERO;
        for (Span span : spans) {
            if (span.plan.quota >= 0 && span.plan.countsRequests == ofRequests) {
                sum = sum.add(BigInteger.valueOf(span.plan.quota).multiply(BigInteger.valueOf(span.to - span.from)));
            }
        }
        return new BigDecimal(sum.divide(BigInteger.valueOf(seconds)));
    }

    private static BigDecimal used(Span span, List<Request> requests) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Request request : requests) {
            if (request.at >= span.from && request.at < span.to) {
                int rule = span.plan.models.indexOf(request.model);
                BigDecimal factor = rule < 0 ? BigDecimal.ONE : span.plan.factors.get(rule);
                sum = sum.add(factor.multiply(new BigDecimal(span.plan.countsRequests ? 1 : request.tokens)));
            }
        }
        return sum;
    }

    private void bill(Span span, BigDecimal included, BigDecimal beyond) {
        List<BigDecimal> own = new ArrayList<>();
        if (span.plan.fee.signum() > 0) {
            own.add(ofTime(span.plan.fee, span));
        }
        if (included.signum() > 0) {
            own.add(rounded(BigDecimal.ZERO));
        }
        if (beyond.signum() > 0) {
            usage(span.plan, beyond, own);
        }
        BigDecimal lacking = ofTime(span.plan.commitment, span);
        for (BigDecimal amount : own) {
            lacking = lacking.subtract(amount);
        }
        if (lacking.signum() > 0) {
            own.add(lacking);
        }
        amounts.addAll(own);
        if (!span.plan.taxName.isEmpty() && !own.isEmpty()) {
            BigDecimal base = own.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
            taxBases.merge(span.plan.taxName + " " + span.plan.taxPercent.toPlainString(), base, BigDecimal::add);
        }
    }

    private void usage(Plan plan, BigDecimal beyond, List<BigDecimal> own) {
        switch (plan.shape) {
            case RATE -> own.add(rounded(beyond.multiply(plan.price)));
            case PACKAGE -> {
                BigInteger started = BigInteger.ZERO;
                for (BigDecimal rest = beyond; rest.signum() > 0; rest = rest.subtract(BigDecimal.valueOf(plan.size))) {
                    started = started.add(BigInteger.ONE);
                }
                own.add(rounded(plan.price.multiply(new BigDecimal(started))));
            }
            case VOLUME -> {
                int step = 0;
                while (step < plan.ends.size() && beyond.compareTo(BigDecimal.valueOf(plan.ends.get(step))) > 0) {
                    step++;
                }
                step(plan, step, beyond, own);
            }
            case GRADUATED -> {
                BigDecimal rest = beyond;
                long begin = 0;
                for (int step = 0; rest.signum() > 0; step++) {
                    BigDecimal within = rest;
                    if (step < plan.ends.size()) {
                        within = rest.min(BigDecimal.valueOf(plan.ends.get(step) - begin));
                        begin = plan.ends.get(step);
                    }
                    step(plan, step, within, own);
                    rest = rest.subtract(within);
                }
            }
        }
    }

    private void step(Plan plan, int step, BigDecimal quantity, List<BigDecimal> own) {
        own.add(rounded(quantity.multiply(plan.prices.get(step))));
        if (plan.flats.get(step).signum() > 0) {
            own.add(rounded(plan.flats.get(step)));
        }
    }

    private BigDecimal ofTime(BigDecimal price, Span span) {
        return price.multiply(BigDecimal.valueOf(span.to - span.from))
                .divide(BigDecimal.valueOf(seconds), digits, RoundingMode.HALF_UP);
    }

    private BigDecimal rounded(BigDecimal exact) {
        return exact.setScale(digits, RoundingMode.HALF_UP);
    }
}
