import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Says of each line of standard input, a standard and a file, whether the one is kept by the other, and what it breaks. */
public class Verify {
    public static void main(String[] nothing) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            PDFAFlavour standard = PDFAFlavour.valueOf(line.substring(0, line.indexOf(' ')));
            String file = line.substring(line.indexOf(' ') + 1);
            try (InputStream in = new FileInputStream(file);
                    PDFAParser parser = Foundries.defaultInstance().createParser(in, standard);
                    PDFAValidator validator =
                            Foundries.defaultInstance().createValidator(standard, false)) {
                ValidationResult result = validator.validate(parser);
                Set<String> broken = new TreeSet<>();
                for (TestAssertion each : result.getTestAssertions()) {
                    if (each.getStatus() == TestAssertion.Status.FAILED) {
                        broken.add(each.getRuleId() + " " + each.getMessage());
                    }
                }
                System.out.println((result.isCompliant() ? "kept " : "broken ") + file + " " + broken);
            }
        }
    }
}
