package dev.braid.pipelines.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What one call of {@code braid} did. */
record Shell(int code, String out, String err) {

  static Shell run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Shell(code, out.toString(), err.toString());
  }
}
