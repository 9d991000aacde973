package dev.fanfare.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What somebody is told who has mistyped something: one line, with the option, the value and the rule. */
class UsageTest {
    private static final InstanceFactory NONE = (configuration, registry, file, changed) -> {
        throw new AssertionError("No instance is asked for");
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch | 'nosuch' is no command: those are serve, check, publish, listen, exec, token, completion, bench, train",
                "check it | 'it' is a word too many for check",
                "publish --nosuch news 1 | Unknown option: '--nosuch'",
                "exec --mask ( -- true | Invalid value for option '--mask' (REGEX): '(' is no regular expression: Unclosed group",
                "exec --max-line 5 -- true | Invalid value for option '--max-line': '5' is no size such as 64KiB or 256MiB",
                "exec --max-line 5B -- true | --max-line: 5 bytes are not from 1KiB to 256KiB",
                "exec --id .. -- true | --id: '..' is none: a process id is 1 to 128 of A-Z a-z 0-9 _ . -, but not . or ..",
                "token --expires 5y | Invalid value for option '--expires': '5y' is no time such as 250ms, 10s, 5m, 1h or 30d",
                "token --user ada | one of --config-file, --secret-file and --key-file is needed, to sign with",
                "token --secret-file a --key-file b | --secret-file=FILE, --key-file=FILE are mutually exclusive (specify only one)",
                "publish --url ftp://a news 1 | Invalid value for option '--url': 'ftp://a' is no URL such as https://example.org",
                "publish --url http://user:pa55word@a news 1 | Invalid value for option '--url': it is no URL such as https://example.org, without a user",
                "listen --url https://a/?b news | Invalid value for option '--url': 'https://a/?b' is no URL such as https://example.org",
                "listen --recover x news | Invalid value for option '--recover': x is no position such as 2mo190uhtzj4u:17"
            })
    void aLineSaysWhatIsWrong(String words, String said) {
        StringWriter errors = new StringWriter();
        CommandLine line = FanfareCommand.line(NONE).setErr(new PrintWriter(errors, true));
        assertThat(line.execute(words.split(" ", -1))).isEqualTo(2);
        assertThat(errors.toString().replace("; --help tells the options", "").strip())
                .isEqualTo("fanfare: " + said);
    }
}
