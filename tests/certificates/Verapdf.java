import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads lines "FLAVOUR PATH" and answers each with "true|false ASSERTIONS CLAUSE-TEST,...". */
public final class Verapdf {
    public static void main(String[] words) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever the library prints is no answer
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            int blank = line.indexOf(' ');
            answers.println(answer(PDFAFlavour.fromString(line.substring(0, blank)), line.substring(blank + 1)));
            answers.flush();
        }
    }

    private static String answer(PDFAFlavour flavour, String path) {
        try (InputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            TreeSet<String> failed = new TreeSet<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    failed.add(one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber());
                }
            }
            return result.isCompliant() + " " + result.getTotalAssertions() + " " + String.join(",", failed);
        } catch (Exception problem) {
            return "false 0 " + problem.toString().replace('\n', ' ');
        }
    }
}
