package openclaw.edge.load.walls;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;

/** What code that makes money out of usage may not do. */
final class MoneyConditions {
    private static final Set<String> FLOATING = Set.of(
            "double",
            "float",
            "java.lang.Double",
            "java.lang.Float",
            "double[]",
            "float[]",
            "java.util.OptionalDouble");

    private MoneyConditions() {}

    /** No field, parameter, result or called method is of a floating-point type. */
    static ArchCondition<JavaClass> notUseFloatingPoint() {
        return new ArchCondition<>("not use floating point") {
            @Override
            public void check(final JavaClass type, final ConditionEvents events) {
                for (final JavaField field : type.getFields()) {
                    if (isFloating(field.getRawType())) {
                        violated(
                                events,
                                field,
                                field.getFullName() + " is a "
                                        + field.getRawType().getName());
                    }
                }
                for (final JavaCodeUnit unit : type.getCodeUnits()) {
                    if (isFloating(unit.getRawReturnType()) || anyFloating(unit.getRawParameterTypes())) {
                        violated(events, unit, unit.getFullName() + " takes or gives floating point");
                    }
                    unit.getCallsFromSelf().forEach(call -> {
                        final CodeUnitCallTarget target = call.getTarget();
                        if (isFloating(target.getRawReturnType())
                                || isFloating(target.getOwner())
                                || anyFloating(target.getRawParameterTypes())) {
                            violated(events, call, call.getDescription());
                        }
                    });
                }
            }
        };
    }

    /** No call asks what time it is, or where this machine is. */
    static ArchCondition<JavaClass> notReadAClock() {
        final Set<String> clocks =
                Set.of("now", "currentTimeMillis", "nanoTime", "systemDefault", "getDefault", "random");
        return new ArchCondition<>("not read a clock, a default zone or locale, or chance") {
            @Override
            public void check(final JavaClass type, final ConditionEvents events) {
                type.getMethodCallsFromSelf().forEach(call -> {
                    if (clocks.contains(call.getTarget().getName())
                            && call.getTargetOwner().getPackageName().startsWith("java.")) {
                        violated(events, call, call.getDescription());
                    }
                });
            }
        };
    }

    private static boolean isFloating(final JavaClass type) {
        return FLOATING.contains(type.getName())
                || type.getName().equals("[D")
                || type.getName().equals("[F");
    }

    private static boolean anyFloating(final List<JavaClass> types) {
        return types.stream().anyMatch(MoneyConditions::isFloating);
    }

    private static void violated(final ConditionEvents events, final Object where, final String message) {
        events.add(SimpleConditionEvent.violated(where, message));
    }
}
